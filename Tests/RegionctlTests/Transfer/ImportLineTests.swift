import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ImportLineTests {
    private static let schema = TableSchema(
        name: "table",
        partitionKey: "id",
        indexes: [.init("by-n", partitionKey: .init("n", .number))]
    )

    private func read(_ text: String) -> ImportLine {
        ImportLine(text.utf8Span.span, Self.schema)
    }

    @Test(arguments: [
        #"{"Item":{"id":{"S":"a"}}}"#, #" { "Item" : {"id":{"S":"a"}} } "#, "{\"Item\":{\"id\":{\"S\":\"a\"}}}\r",
    ])
    func `an item is read with space and the end of lines of other systems`(_ text: String) {
        guard case .item(let item, let key) = self.read(text) else { return #expect(Bool(false)) }
        #expect(item == ["id": "a"])
        #expect(key == "a")
    }

    @Test(arguments: ["", " ", "\r", "\t "]) func `an empty line is none`(_ text: String) {
        guard case .blank = self.read(text) else { return #expect(Bool(false)) }
    }

    @Test(arguments: [
        #"{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"}}}"#,
        #"{"Keys":{"id":{"S":"a"}}}"#, #"{"NewImage":{"id":{"S":"a"}}}"#, #"{"OldImage":{}}"#,
    ])
    func `a change of an incremental export is known as such`(_ text: String) {
        guard case .change = self.read(text) else { return #expect(Bool(false)) }
    }

    @Test(arguments: [
        (#"{"id":{"S":"a"}}"#, #"the first member is "id"; each line must be {"Item": {…}}"#),
        (#"{"Items":[]}"#, #"the first member is "Items""#), ("{}", "no JSON object"), ("[1]", "no JSON object"),
        ("\u{1F}\u{8B}\u{0}", "no JSON object"), (#"{"Item""#, "no JSON object"),
        (#"{"Item":"#, "the bytes end too early, at byte 8 of the line"),
        (#"{"Item":{"id":{"S":"a"}}"#, "at byte 24 of the line, something else than }"),
        (#"{"Item":{"id":{"S":"a"}},"x":1}"#, "at byte 24 of the line, something else than }"),
        (#"{"Item":{"id":{"S":"a"}}} x"#, "something follows the object, at byte 26 of the line"),
        (#"{"Item":{"id":{"X":"a"}}}"#, "a type that DynamoDB does not have, at byte 15 of the line"),
        (#"{"Item":{"id":{"N":"1"}}}"#, #"Key attribute "id" must be of type S"#),
        (#"{"Item":{"x":{"S":"a"}}}"#, #"lacks the key attribute "id""#),
        (#"{"Item":{"id":{"S":""}}}"#, "1 to 2048 are allowed"),
        (#"{"Item":{"id":{"S":"a"},"n":{"S":"1"}}}"#, #"Key attribute "n" must be of type N"#),
    ])
    func `what is wrong is told with its place`(_ text: String, _ reason: String) {
        guard case .bad(let found) = self.read(text) else { return #expect(Bool(false)) }
        #expect(found.contains(reason))
    }

    @Test func `an item beyond DynamoDB's limit is refused`() {
        let text = #"{"Item":{"id":{"S":"a"},"x":{"S":"\#(String(repeating: "x", count: 410_000))"}}}"#
        guard case .bad(let reason) = self.read(text) else { return #expect(Bool(false)) }
        #expect(reason.contains("409600 are allowed"))
    }
}
