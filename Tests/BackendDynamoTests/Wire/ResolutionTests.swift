import RegionKitCore
import Testing

@testable import BackendDynamo

/// What a write comes to whose condition failed at DynamoDB's.
struct ResolutionTests {
    private static let key = Key("a", sort: 1)
    private static let removal = Write.Action.update(Self.key, Update().remove("n"))
    private static let addition = Write.Action.update(Self.key, Update().add("n", 1))
    private static let stored = #","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}"#
    private static let over = #","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"7"},"expires":{"N":"1"}}"#

    private static func resolution(
        _ write: Write,
        _ item: String,
        code: String = "ConditionalCheckFailedException"
    ) throws -> DynamoWire.Resolution {
        let fault = ServiceFault(status: 400, body: WireFixture.bytes(#"{"__type":"x#\#(code)"\#(item)}"#))
        return try WireFixture.full.resolution(of: write, refusedWith: fault, now: WireFixture.now)
    }

    @Test(arguments: [
        (Write(removal), ""), (Write(removal, returning: .old), ""), (Write(removal, returning: .new), over),
        (Write(removal, if: attribute("n") != 1), ""), (Write(removal, if: !attribute("pk").exists), over),
    ])
    func `a removal without an item to work on is done`(write: Write, item: String) throws {
        #expect(try Self.resolution(write, item) == .done(WriteResult(version: nil)))
    }

    @Test(arguments: [nil, attribute("n") != 7, !attribute("pk").exists] as [Condition?])
    func `an update of an item whose time is over begins anew`(condition: Condition?) throws {
        let resolution = try Self.resolution(Write(Self.addition, if: condition, returning: .old), Self.over)
        let instead = Write(.put(["pk": "a", "sk": 1, "n": 1]), if: !attribute("pk").exists, returning: .old)
        #expect(resolution == .instead(instead))
        let sent = try #require(try WireFixture.full.condition(ofSingle: instead, now: WireFixture.now))
        #expect(try sent.holds(for: ["pk": "a", "expires": 1]))
        #expect(try sent.holds(for: nil))
        #expect(try !sent.holds(for: ["pk": "a"]))
    }

    @Test func `an update that fails where it begins anew is refused`() {
        let write = Write(.update(Self.key, Update().set("n", to: .path("m"))))
        let error = #expect(throws: BackendError.self) { try Self.resolution(write, Self.over) }
        #expect(error?.code == .validation)
    }

    @Test(arguments: [
        (Write(removal, if: attribute("n") == 7), ""), (Write(removal, if: attribute("n") == 7), over),
        (Write(removal, if: attribute("n") == 7), stored), (Write(removal), stored),
        (Write(addition, if: attribute("n") == 7), ""), (Write(addition, if: attribute("n") == 7), over),
        (Write(addition, if: attribute("n") == 7), stored), (Write(addition, if: !attribute("pk").exists), stored),
        (.delete(key, if: attribute("pk").exists), ""), (.delete(key, if: attribute("n") == 7), over),
        (.put(["pk": "a", "sk": 1], if: !attribute("pk").exists), stored),
    ])
    func `a condition that fails is an error, with the item unless its time is over`(write: Write, item: String) {
        let error = #expect(throws: BackendError.self) { try Self.resolution(write, item) }
        #expect(error?.code == .conditionFailed)
        #expect(error?.storedItem == (item == Self.stored ? ["pk": "a", "sk": 1] : nil))
    }

    @Test func `another failure stays what it is`() {
        let error = #expect(throws: BackendError.self) {
            try Self.resolution(Write(Self.removal), "", code: "ThrottlingException")
        }
        #expect(error?.failure == .throttled)
    }

    /// The same condition, evaluated here on the item as DynamoDB stores it.
    @Test(
        arguments: [
            ([:], true, false), (["pk": "a"], true, true), (["pk": "a", "expires": 1], false, false),
            (["pk": "a", "expires": 1_700_000_001], true, true), (["pk": "a", "expires": "1"], true, true),
        ] as [(Item, Bool, Bool)]
    )
    func `an update is sent for items whose time is not over`(item: Item, addition: Bool, removal: Bool) throws {
        for (action, holds) in [(Self.addition, addition), (Self.removal, removal)] {
            let sent = try #require(try WireFixture.full.condition(ofSingle: Write(action), now: WireFixture.now))
            #expect(try sent.holds(for: item) == holds)
        }
        #expect(try WireFixture.plain.condition(ofSingle: Write(Self.addition), now: WireFixture.now) == nil)
    }
}
