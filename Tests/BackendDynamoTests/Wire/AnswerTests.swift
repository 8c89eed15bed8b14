import RegionKitCore
import Testing

@testable import BackendDynamo

struct AnswerTests {
    private static let mark = #""_rk":{"B":"\#(WireFixture.stampText)"}"#
    private static let version = WireFixture.stamp.version
    private static let over = #""expires":{"N":"1700000000"}"#

    @Test(
        arguments: [
            ("{}", nil, nil),
            (#"{"Item":null}"#, nil, nil),
            (#" { "Item" : {"pk":{"S":"a"}} } "#, ["pk": "a"], nil),
            (#"{"Item":{"pk":{"S":"a"},\#(mark)}}"#, ["pk": "a"], version),
            (#"{"Item":{"pk":{"S":"a"},"_rk":{"B":"AQ=="}}}"#, ["pk": "a", "_rk": .binary([1])], nil),
            (#"{"Item":{"pk":{"S":"a"},\#(over)}}"#, nil, nil),
            (#"{"Item":{"pk":{"S":"a"},\#(mark),\#(over)}}"#, nil, version),
            (#"{"Item":{"pk":{"S":"a"},"expires":{"S":"1"}}}"#, ["pk": "a", "expires": "1"], nil),
            (
                #"{"ConsumedCapacity":{"a":[1,-2.5e3,true,false,null,"x\n",{"b":{}},[]]},"Item":{"pk":{"S":"a"}},"Z":1}"#,
                ["pk": "a"], nil
            ),
        ] as [(String, Item?, Version?)]
    )
    func `a get finds`(body: String, item: Item?, version: Version?) throws {
        let result = try WireFixture.full.found(in: WireFixture.bytes(body), now: WireFixture.now)
        #expect(result == GetResult(item: item, version: version))
    }

    @Test func `without stamps and a time to live an item is what is stored`() throws {
        let body = WireFixture.bytes(#"{"Item":{"pk":{"S":"a"},\#(Self.mark),\#(Self.over)}}"#)
        let result = try WireFixture.plain.found(in: body, now: WireFixture.now)
        #expect(result.item == ["pk": "a", "_rk": WireFixture.stamp.value, "expires": 1_700_000_000])
        #expect(result.version == nil)
        #expect(WireFixture.full.stamp(of: try WireFixture.full.storedItem(in: body)) == WireFixture.stamp)
    }

    @Test(
        arguments: [
            ("{}", Page(items: [])),
            (#"{"Items":[],"Count":0,"ScannedCount":0}"#, Page(items: [])),
            (#"{"Items":[],"LastEvaluatedKey":{}}"#, Page(items: [])),
            (
                #"{"Count":3,"Items":[{"pk":{"S":"a"},\#(mark)},{"pk":{"S":"b"},\#(over)},{"pk":{"S":"c"}}],"#
                    + #""LastEvaluatedKey":{"pk":{"S":"c"},"sk":{"N":"1"}}}"#,
                Page(items: [["pk": "a"], ["pk": "c"]], next: PageToken(position: ["pk": "c", "sk": 1]))
            ),
        ] as [(String, Page)]
    )
    func `a page holds`(body: String, page: Page) throws {
        #expect(try WireFixture.full.page(in: WireFixture.bytes(body), now: WireFixture.now) == page)
    }

    @Test func `a batch read finds items by their keys and tells what is left over`() throws {
        let body =
            #"{"Responses":{"locks":[{"pk":{"S":"b"},"sk":{"N":"1"}},{"pk":{"S":"a"},"sk":{"N":"1"},\#(Self.mark)},"#
            + #"{"pk":{"S":"c"},"sk":{"N":"1"},\#(Self.over)}],"other":[{"pk":{"S":"z"}}]},"#
            + #""UnprocessedKeys":{"locks":{"ConsistentRead":true,"Keys":[{"pk":{"S":"d"},"sk":{"N":"1"}}]}}}"#
        let (found, unprocessed) = try WireFixture.full.batchFound(in: WireFixture.bytes(body), now: WireFixture.now)
        #expect(
            found == [
                Key("a", sort: 1): GetResult(item: ["pk": "a", "sk": 1], version: Self.version),
                Key("b", sort: 1): GetResult(item: ["pk": "b", "sk": 1]),
                Key("c", sort: 1): GetResult(item: nil),
            ]
        )
        #expect(unprocessed == [Key("d", sort: 1)])
        let (none, left) = try WireFixture.full.batchFound(in: WireFixture.bytes("{}"), now: 0)
        #expect(none.isEmpty && left.isEmpty)
    }

    @Test func `an item without the table's key is no answer`() {
        for body in [#"{"Responses":{"locks":[{"pk":{"S":"b"}}]}}"#, #"{"UnprocessedKeys":{"locks":{"Keys":[{}]}}}"#] {
            let error = #expect(throws: BackendError.self) {
                try WireFixture.full.batchFound(in: WireFixture.bytes(body), now: 0)
            }
            #expect(error?.failure == .unavailable)
        }
        let error = #expect(throws: BackendError.self) {
            try WireFixture.full.unprocessed(
                in: WireFixture.bytes(#"{"UnprocessedItems":{"locks":[{"PutRequest":{"Item":{}}}]}}"#)
            )
        }
        #expect(error?.failure == .unknownOutcome)
    }

    @Test(
        arguments: [
            (.put(["pk": "a"]), "{}", nil, version),
            (Write(.put(["pk": "a"]), returning: .new), "{}", ["pk": "a"], version),
            (Write(.put(["pk": "a"]), returning: .old), "{}", nil, version),
            (
                Write(.put(["pk": "a"]), returning: .old), #"{"Attributes":{"pk":{"S":"a"},"n":{"N":"1"},\#(mark)}}"#,
                ["pk": "a", "n": 1], version
            ),
            (Write(.put(["pk": "a"]), returning: .old), #"{"Attributes":{"pk":{"S":"a"},\#(over)}}"#, nil, version),
            (
                Write(.update("a", Update().add("n", 1)), returning: .new),
                #"{"Attributes":{"pk":{"S":"a"},\#(mark)}}"#,
                ["pk": "a"], version
            ),
            (
                Write(.update("a", Update().add("n", 1)), returning: .new),
                #"{"Attributes":{"pk":{"S":"a"},\#(over)}}"#,
                ["pk": "a", "expires": 1_700_000_000], version
            ),
            (.update("a", Update().add("n", 1)), #"{"Attributes":{"pk":{"S":"a"}}}"#, nil, version),
            (Write(.delete("a"), returning: .old), #"{"Attributes":{"pk":{"S":"a"}}}"#, ["pk": "a"], nil),
            (Write(.delete("a"), returning: .new), "{}", nil, nil),
        ] as [(Write, String, Item?, Version?)]
    )
    func `a write answers`(write: Write, body: String, item: Item?, version: Version?) throws {
        let (bytes, stamp) = (WireFixture.bytes(body), WireFixture.stamp)
        let result = try WireFixture.full.written(in: bytes, write, stamp: stamp, now: WireFixture.now)
        #expect(result == WriteResult(version: version, item: item))
        #expect(WireFixture.plain.version(of: write, stamp) == nil)
    }

    @Test func `a batch of writes tells what is left over`() throws {
        let body =
            #"{"UnprocessedItems":{"simple":[{"PutRequest":{"Item":{"pk":{"S":"a"},"n":{"N":"1"}}}},"#
            + #"{"DeleteRequest":{"Key":{"pk":{"S":"b"}}}}]}}"#
        #expect(try WireFixture.plain.unprocessed(in: WireFixture.bytes(body)) == ["a", "b"])
        #expect(try WireFixture.plain.unprocessed(in: WireFixture.bytes(#"{"UnprocessedItems":{}}"#)) == [])
    }

    @Test func `a transaction gives every item its version, and none to deletions`() throws {
        let writes: [Write] = [.put(["pk": "a"]), .delete("b"), .check("c", attribute("n").exists)]
        let results = try WireFixture.full.transacted(in: WireFixture.bytes("{}"), writes, stamp: WireFixture.stamp)
        #expect(results.map(\.version) == [Self.version, nil, nil])
    }

    @Test(arguments: [
        "", " ", "{", "[]", "null", "{}x", #"{"Item":{"pk":{"S":"a"}}"#, #"{"Item":{"pk":{"S":"a"}},}"#,
        #"{"Item":{"pk":{"S":"a"}},"Item":{"pk":{"S":"a"}}}"#, #"{"x":1,"x":1}"#, #"{"x":{"y":1,"y":2}}"#,
        #"{"x":tru}"#, #"{"x":}"#, #"{"x":nul"#, #"{"x":01x}"#, #"{"x" 1}"#, #"{"\uD800":1}"#,
        "<html><body>503</body></html>", "<?xml version=\"1.0\"?><Error/>",
        #"{"x":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}",
        String(repeating: "[", count: 100_000), #"{"x":"# + String(repeating: #"{"x":"#, count: 100_000),
        #"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#,
    ])
    func `an answer that cannot be read is unavailable to reads and unknown to writes`(body: String) {
        let (wire, bytes) = (WireFixture.full, WireFixture.bytes(body))
        let reads: [() throws -> Void] = [
            { _ = try wire.found(in: bytes, now: 0) }, { _ = try wire.page(in: bytes, now: 0) },
            { _ = try wire.batchFound(in: bytes, now: 0) },
        ]
        let writes: [() throws -> Void] = [
            { _ = try wire.written(in: bytes, .delete(Key("a", sort: 1)), stamp: nil, now: 0) },
            { _ = try wire.unprocessed(in: bytes) }, { _ = try wire.transacted(in: bytes, [], stamp: nil) },
        ]
        for (calls, failure) in [(reads, FailureClass.unavailable), (writes, .unknownOutcome)] {
            for call in calls {
                let error = #expect(throws: BackendError.self, performing: call)
                #expect(error?.failure == failure)
                #expect((error?.message.count ?? 0) <= 512)
            }
        }
    }

    @Test func `an answer of more than 16 MiB is not read`() {
        let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 16 << 20) + WireFixture.bytes("{}")
        #expect(throws: BackendError.self) { try WireFixture.full.found(in: bytes, now: 0) }
    }
}
