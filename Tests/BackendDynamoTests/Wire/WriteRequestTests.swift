import RegionKitCore
import Testing

@testable import BackendDynamo

struct WriteRequestTests {
    private static let mark = #""_rk":{"B":"\#(WireFixture.stampText)"}"#
    private static let key = #""Key":{"pk":{"S":"a"},"sk":{"N":"1"}}"#
    private static let failing = #""ReturnValuesOnConditionCheckFailure":"ALL_OLD""#
    /// The second of ``WireFixture/now``.
    private static let second = #"{"N":"1700000000"}"#

    private static func body(_ write: Write, _ wire: DynamoWire = WireFixture.plain) throws -> String {
        WireFixture.text(try wire.write(write, stamp: WireFixture.stamp, now: WireFixture.now).body)
    }

    @Test(
        arguments: [
            (.put(["pk": "a"]), #"{"TableName":"simple","Item":{"pk":{"S":"a"}}}"#),
            (
                Write(.put(["pk": "a"]), if: !attribute("pk").exists, returning: .old),
                ##"{"TableName":"simple","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(#0)","##
                    + ##"\##(failing),"ExpressionAttributeNames":{"#0":"pk"},"ReturnValues":"ALL_OLD"}"##
            ),
            (Write(.put(["pk": "a"]), returning: .new), #"{"TableName":"simple","Item":{"pk":{"S":"a"}}}"#),
            (.delete("a"), #"{"TableName":"simple","Key":{"pk":{"S":"a"}}}"#),
            (
                Write(.delete("a"), if: attribute("n") == 1, returning: .old),
                ##"{"TableName":"simple","Key":{"pk":{"S":"a"}},"ConditionExpression":"#0 = :0",\##(failing),"##
                    + ##""ExpressionAttributeNames":{"#0":"n"},"ExpressionAttributeValues":{":0":{"N":"1"}},"##
                    + #""ReturnValues":"ALL_OLD"}"#
            ),
            (Write(.delete("a"), returning: .new), #"{"TableName":"simple","Key":{"pk":{"S":"a"}}}"#),
            (.update("a", Update()), #"{"TableName":"simple","Key":{"pk":{"S":"a"}}}"#),
            (
                Write(.update("a", Update().add("n", 1)), if: attribute("n") < 5, returning: .new),
                ##"{"TableName":"simple","Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD #0 :0","##
                    + ##""ConditionExpression":"#0 < :1",\##(failing),"##
                    + ##""ExpressionAttributeNames":{"#0":"n"},"##
                    + ##""ExpressionAttributeValues":{":0":{"N":"1"},":1":{"N":"5"}},"ReturnValues":"ALL_NEW"}"##
            ),
            (
                Write(.update("a", Update().set("n", 1)), returning: .old),
                ##"{"TableName":"simple","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET #0 = :0","##
                    + ##""ExpressionAttributeNames":{"#0":"n"},"ExpressionAttributeValues":{":0":{"N":"1"}},"##
                    + #""ReturnValues":"ALL_OLD"}"#
            ),
            (
                .update("a", Update().remove("n")),
                ##"{"TableName":"simple","Key":{"pk":{"S":"a"}},"UpdateExpression":"REMOVE #0","##
                    + ##""ConditionExpression":"attribute_exists(#1)",\##(failing),"##
                    + ##""ExpressionAttributeNames":{"#0":"n","#1":"pk"}}"##
            ),
        ] as [(Write, String)]
    )
    func `a write has the body`(write: Write, body: String) throws {
        #expect(try Self.body(write) == body)
    }

    @Test func `puts and updates are stamped, deletes are not`() throws {
        let wire = DynamoWire(WireFixture.simple)
        #expect(
            try Self.body(.put(["pk": "a"]), wire) == #"{"TableName":"simple","Item":{"pk":{"S":"a"},\#(Self.mark)}}"#
        )
        #expect(
            try Self.body(.update("a", Update().set("n", 1)), wire)
                == ##"{"TableName":"simple","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET #0 = :0, #1 = :1","##
                + ##""ExpressionAttributeNames":{"#0":"n","#1":"_rk"},"ExpressionAttributeValues":"##
                + ##"{":0":{"N":"1"},":1":{"B":"\##(WireFixture.stampText)"}}}"##
        )
        #expect(
            try Self.body(.update("a", Update().remove("n")), wire).contains("SET #1 = :0 REMOVE #0")
        )
        #expect(try !Self.body(.delete("a"), wire).contains("_rk"))
        #expect(try !Self.body(.put(["pk": "a"])).contains("_rk"))
    }

    @Test func `the stamp's attribute is not the caller's`() throws {
        let wire = DynamoWire(WireFixture.simple)
        for write in [
            Write.put(["pk": "a", "_rk": 1]), .update("a", Update().remove("_rk")),
            .update("a", Update().set(AttributePath("_rk").key("x"), 1)),
        ] {
            #expect(throws: ValidationError.self) { try Self.body(write, wire) }
            #expect(throws: ValidationError.self) {
                try wire.transact([write], WireFixture.stamp.operation, stamp: WireFixture.stamp, now: 0)
            }
            #expect(throws: Never.self) { try Self.body(write) }
        }
        #expect(throws: ValidationError.self) {
            try wire.batchWrite([.put(["pk": "a", "_rk": 1])], stamp: WireFixture.stamp)
        }
    }

    @Test func `an item whose time is over is a missing one to conditions`() throws {
        let absent = try Self.body(.put(["pk": "a", "sk": 1], if: !attribute("owner").exists), WireFixture.full)
        #expect(absent.contains(##""ConditionExpression":"#0 <= :0 OR attribute_not_exists(#1)""##))
        let present = try Self.body(.delete(Key("a", sort: 1), if: attribute("owner") == "me"), WireFixture.full)
        #expect(present.contains(##""ConditionExpression":"NOT #0 <= :0 AND #1 = :1""##))
        #expect(present.contains(##""ExpressionAttributeNames":{"#0":"expires","#1":"owner"}"##))
        #expect(present.contains(#"":0":\#(Self.second)"#))
        let removal = try Self.body(.update(Key("a", sort: 1), Update().remove("n")), WireFixture.full)
        #expect(removal.contains(##""ConditionExpression":"attribute_exists(#2) AND NOT #3 <= :1""##))
    }

    @Test func `the condition written means what the condition says, whatever the item`() throws {
        let conditions = [attribute("n") == 1, attribute("n") != 1, !attribute("pk").exists, attribute("pk").exists]
        let items: [Item?] = [
            nil, ["pk": "a", "sk": 1], ["pk": "a", "sk": 1, "n": 1], ["pk": "a", "sk": 1, "n": 1, "expires": 1],
            ["pk": "a", "sk": 1, "n": 2, "expires": 1], ["pk": "a", "sk": 1, "n": 1, "expires": 1_700_000_000],
            ["pk": "a", "sk": 1, "n": 1, "expires": 1_700_000_001], ["pk": "a", "sk": 1, "n": 1, "expires": "1"],
        ]
        for condition in conditions {
            let write = Write.delete(Key("a", sort: 1), if: condition)
            let wire = WireFixture.full
            let written = try #require(try wire.condition(of: write, now: WireFixture.now))
            for item in items {
                let isOver = item.map { WireFixture.schema.isExpired($0, atMilliseconds: WireFixture.now) } ?? false
                #expect(
                    try written.holds(for: item) == condition.holds(for: isOver ? nil : item),
                    "\(written) \(item ?? [:])"
                )
            }
        }
    }

    @Test func `a check is written in transactions alone`() {
        #expect(throws: ValidationError.self) { try Self.body(.check("a", attribute("n").exists)) }
    }

    @Test func `a batch has the body`() throws {
        let wire = DynamoWire(WireFixture.simple)
        let request = try wire.batchWrite([.put(["pk": "a"]), .delete("b")], stamp: WireFixture.stamp)
        #expect(request.operation == .batchWriteItem)
        #expect(
            WireFixture.text(request.body)
                == #"{"RequestItems":{"simple":[{"PutRequest":{"Item":{"pk":{"S":"a"},\#(Self.mark)}}},"#
                + #"{"DeleteRequest":{"Key":{"pk":{"S":"b"}}}}]}}"#
        )
        #expect(throws: ValidationError.self) { try wire.batchWrite([.update("a", Update())], stamp: nil) }
    }

    @Test func `a transaction has the body`() throws {
        let wire = DynamoWire(WireFixture.simple)
        let writes: [Write] = [
            .put(["pk": "a"], if: !attribute("pk").exists), .update("b", Update().remove("n")), .delete("c"),
            .check("d", attribute("n").exists),
        ]
        let request = try wire.transact(writes, WireFixture.stamp.operation, stamp: WireFixture.stamp, now: 0)
        #expect(request.operation == .transactWriteItems)
        #expect(
            WireFixture.text(request.body)
                == #"{"TransactItems":["#
                + ##"{"Put":{"TableName":"simple","Item":{"pk":{"S":"a"},\##(Self.mark)},"##
                + ##""ConditionExpression":"attribute_not_exists(#0)",\##(Self.failing),"##
                + ##""ExpressionAttributeNames":{"#0":"pk"}}},"##
                + ##"{"Update":{"TableName":"simple","Key":{"pk":{"S":"b"}},"UpdateExpression":"REMOVE #0","##
                + ##""ExpressionAttributeNames":{"#0":"n"}}},"##
                + ##"{"Delete":{"TableName":"simple","Key":{"pk":{"S":"c"}}}},"##
                + ##"{"ConditionCheck":{"TableName":"simple","Key":{"pk":{"S":"d"}},"##
                + ##""ConditionExpression":"attribute_exists(#0)",\##(Self.failing),"##
                + ##""ExpressionAttributeNames":{"#0":"n"}}}],"##
                + #""ClientRequestToken":"15161718191a1b1c1d1e1f2021222324"}"#
        )
    }
}
