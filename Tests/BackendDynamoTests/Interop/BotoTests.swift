import Foundation
import RegionKitCore
import Testing

@testable import BackendDynamo

/// Items are the same to RegionKit and to boto3, whoever wrote them.
struct BotoTests {
    private static let schema = TableSchema(name: "interop", partitionKey: "id")

    /// All ten types, nested, with what is legal at their limits.
    private static let attributes: Item = [
        "text": "plain", "emptyText": "", "unicode": "grüß 你好 👩‍👩‍👧 \u{1F1E6}\u{1F1F9} e\u{301} \u{7}\t\n\"\\/ \u{2028}",
        "number": 42, "negative": .number(Self.number("-0.5")), "zero": 0,
        "digits": .number(Self.number("12345678901234567890123456789012345678")),
        "fraction": .number(Self.number("-0.12345678901234567890123456789012345678")),
        "largest": .number(Self.number("9.9999999999999999999999999999999999999E+125")),
        "smallest": .number(Self.number("1E-130")), "round": .number(Self.number("1E+20")),
        "binary": .binary(Array(0...255)), "emptyBinary": .binary([]),
        "true": true, "false": false, "null": .null,
        "texts": .stringSet(["a", "ä", ""]), "numbers": .numberSet([1, -2, Self.number("3.25")]),
        "binaries": .binarySet([[0], [255, 0], [1, 2, 3]]),
        "list": .list(["a", 1, .null, false, .binary([7]), .list([]), .map([:])]), "emptyList": .list([]),
        "map": .map(["a.b": .map(["c": .list([.map(["deep": .numberSet([1, 2])])])]), "leer zeichen": "ok", "#:": 1]),
        "emptyMap": .map([:]),
    ]

    private static func number(_ text: String) -> Number { Number(text) ?? 0 }

    /// How boto3's users write the same.
    private static let program = """
        import base64, json, sys
        from decimal import Decimal
        import boto3
        from boto3.dynamodb.types import TypeDeserializer

        verb, endpoint, region, name, key = sys.argv[1:]
        where = {"region_name": region, "endpoint_url": endpoint}
        table = boto3.resource("dynamodb", **where).Table(name)
        attributes = {
            "text": "plain", "emptyText": "",
            "unicode": "gr\\u00fc\\u00df \\u4f60\\u597d \\U0001F469\\u200D\\U0001F469\\u200D\\U0001F467 "
                "\\U0001F1E6\\U0001F1F9 e\\u0301 \\x07\\t\\n\\"\\\\/ \\u2028",
            "number": 42, "negative": Decimal("-0.5"), "zero": 0,
            "digits": Decimal("12345678901234567890123456789012345678"),
            "fraction": Decimal("-0.12345678901234567890123456789012345678"),
            "largest": Decimal("9.9999999999999999999999999999999999999E+125"),
            "smallest": Decimal("1E-130"), "round": Decimal("1E+20"),
            "binary": bytes(range(256)), "emptyBinary": b"",
            "true": True, "false": False, "null": None,
            "texts": {"a", "\\u00e4", ""}, "numbers": {1, -2, Decimal("3.25")},
            "binaries": {b"\\x00", b"\\xff\\x00", b"\\x01\\x02\\x03"},
            "list": ["a", 1, None, False, b"\\x07", [], {}], "emptyList": [],
            "map": {"a.b": {"c": [{"deep": {1, 2}}]}, "leer zeichen": "ok", "#:": 1},
            "emptyMap": {},
        }
        if verb == "write":
            table.put_item(Item={"id": key, **attributes})
        else:
            class Exact(TypeDeserializer):
                # boto3's own refuses the zeros that the service writes out in numbers beyond 38 digits.
                def _deserialize_n(self, value):
                    return Decimal(value)
            item = boto3.client("dynamodb", **where).get_item(
                TableName=name, Key={"id": {"S": key}}, ConsistentRead=True
            )["Item"]
            stamp = item.pop("_rk", None)
            assert stamp is None or len(stamp["B"]) == 36, stamp
            assert item.pop("id") == {"S": key}
            # What boto3's users see is what they would have written.
            seen = {name: Exact().deserialize(value) for name, value in item.items()}
            wrong = [name for name in {**attributes, **seen} if seen.get(name, "missing") != attributes.get(name, "more")]
            answer = {"wrong": {"L": [{"S": name} for name in wrong]}, "item": {"M": item}}
            json.dump(answer, sys.stdout, default=lambda value: base64.b64encode(bytes(value)).decode())
        """

    private static func run(_ verb: String, _ table: String, _ key: String) async throws -> [UInt8] {
        let endpoint = try #require(LocalPeer.endpoint)
        return try await PeerPython.run(Self.program, [verb, endpoint, "us-east-1", table, key])
    }

    private static func context() -> AttemptContext {
        let time = SystemTime()
        return AttemptContext(
            deadline: time.now.advanced(by: .seconds(10)),
            operation: OperationID(high: 1, low: 1),
            time: time
        )
    }

    @Test(
        .enabled(
            if: LocalPeer.endpoint != nil && PeerPython.interpreter != nil,
            "REGIONKIT_DYNAMODB_PEER or REGIONKIT_PEER_PYTHON is not set; Scripts/test sets them."
        ),
        .timeLimit(.minutes(2))
    )
    func `items of all types are the same to boto3, in both directions`() async throws {
        let region = try await LocalPeer.region(schema: Self.schema)
        let table = region.schema.name
        let item = Self.attributes.merging(["id": "swift"]) { $1 }
        _ = try await region.perform(.write(.put(item)), in: Self.context())
        let seen = try DynamoDBJSON.decode(try await Self.run("read", table, "swift"))
        #expect(seen["wrong"] == .list([]))
        #expect(seen["item"] == .map(Self.attributes))
        _ = try await Self.run("write", table, "python")
        let answer = try await region.perform(.get("python", .consistent), in: Self.context())
        #expect(answer == .item(GetResult(item: Self.attributes.merging(["id": "python"]) { $1 })))
        // Somebody else's item has no version; an update of it keeps what it does not touch.
        _ = try await region.perform(.write(.update("python", Update().add("number", 1))), in: Self.context())
        let updated = try DynamoDBJSON.decode(try await Self.run("read", table, "python"))
        #expect(updated["wrong"] == .list(["number"]))
        await region.shutdown()
    }
}
