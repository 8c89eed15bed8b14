import RegionKitCore
import Testing

@testable import BackendDynamo

/// An update that only removes and deletes does nothing where there is no item.
struct RefusedUpdateTests {
    private static let removal = Write.Action.update(Key("a", sort: 1), Update().remove("n"))
    private static let stored = #","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}"#
    private static let over = #","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"expires":{"N":"1"}}"#

    private static func result(_ write: Write, _ item: String, code: String = "ConditionalCheckFailedException") throws
        -> WriteResult
    {
        let fault = ServiceFault(status: 400, body: WireFixture.bytes(#"{"__type":"x#\#(code)"\#(item)}"#))
        return try WireFixture.full.result(of: write, refusedWith: fault, now: WireFixture.now)
    }

    @Test(arguments: [
        (Write(removal), ""), (Write(removal, returning: .old), ""), (Write(removal, returning: .new), over),
        (Write(removal, if: attribute("n") != 1), ""), (Write(removal, if: !attribute("pk").exists), over),
    ])
    func `without an item it is done, and nothing has changed`(write: Write, item: String) throws {
        #expect(try Self.result(write, item) == WriteResult(version: nil))
    }

    @Test(arguments: [
        (Write(removal, if: attribute("n") == 1), ""), (Write(removal, if: attribute("n") == 1), over),
        (Write(removal, if: attribute("n") == 1), stored), (Write(removal), stored),
        (Write(.update(Key("a", sort: 1), Update().set("n", 1)), if: attribute("n") != 1), ""),
        (.delete(Key("a", sort: 1), if: attribute("pk").exists), ""), (.put(["pk": "a"], if: attribute("n") != 1), ""),
    ])
    func `a condition that fails is an error`(write: Write, item: String) {
        let error = #expect(throws: BackendError.self) { try Self.result(write, item) }
        #expect(error?.code == .conditionFailed)
        #expect(error?.storedItem == (item == Self.stored ? ["pk": "a", "sk": 1] : nil))
    }

    @Test func `another failure stays what it is`() {
        let error = #expect(throws: BackendError.self) {
            try Self.result(Write(Self.removal), "", code: "ThrottlingException")
        }
        #expect(error?.failure == .throttled)
    }
}
