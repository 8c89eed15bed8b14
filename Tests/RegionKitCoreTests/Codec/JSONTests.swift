import Testing

@testable import RegionKitCore

@Suite struct JSONTests {
    private static let written: [(JSON, String)] = [
        (.number(1.23456), "1.235"), (.number(0.1), "0.1"), (.number(12), "12"), (.number(-0.5), "-0.5"),
        (.number(1_790_000_000_123), "1790000000123"), (.integer(7), "7"), (.null, "null"),
        (Self.digits, "0.10000000000000000000000000000000000001"),
        (.string("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\""),
        (["b": .array([.bool(true), .null]), "a": "x"], "{\"b\":[true,null],\"a\":\"x\"}"),
    ]

    @Test(arguments: written)
    func `documents are written on one line, in order, with up to three decimals`(_ json: JSON, _ text: String) {
        #expect("\(json)" == text)
    }

    private static let digits = JSON.decimal(Number("1.0000000000000000000000000000000000001E-1") ?? 0)

    private static let read: [(String, JSON)] = [
        (
            "{\"a\": [1, -2.5e1, \"\\u00e9\\ud83d\\ude00\"], \"b\": null}",
            .object([
                .init(name: "a", value: .array([.integer(1), .decimal(-25), "é😀"])), .init(name: "b", value: .null),
            ])
        ),
        ("0.10000000000000000000000000000000000001", Self.digits), (" [] ", .array([])), ("{}", .object([])),
        ("true", .bool(true)),
    ]

    @Test(arguments: read) func `documents are read`(_ text: String, _ json: JSON) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == json)
    }

    @Test(arguments: [
        ("{\"a\": 1, \"a\": 2}", 1, 13, "given twice"), ("[1,\n  2,]", 2, 5, "a value is expected"),
        ("{\"a\" 1}", 1, 6, "a colon is expected"), ("[01]", 1, 2, "no number"), ("[1] x", 1, 5, "after its end"),
        ("\"\\ud800\"", 1, 8, "surrogate"), ("\"a\nb\"", 1, 3, "control character"), ("", 1, 1, "ends too early"),
        ("\"a", 1, 3, "no end"), ("[1e999]", 1, 2, "too large"),
        ("[\(String(repeating: "1", count: 39))]", 1, 2, "more than 38 digits"),
        ("\"\\u+123\"", 1, 3, "unknown escape"),
    ])
    func `errors tell the place`(_ text: String, _ line: Int, _ column: Int, _ message: String) {
        #expect {
            try JSONParser.parse(Array(text.utf8))
        } throws: { error in
            guard let problem = error as? JSONParser.Problem else { return false }
            return problem.message.contains(message) && problem.line == line
                && (problem.column == column || message == "given twice")
        }
    }

    @Test func `documents nest up to 64 levels`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONParser.parse(nested(64))
        #expect(throws: JSONParser.Problem.self) { try JSONParser.parse(nested(65)) }
    }

    @Test func `text that is not UTF-8 is refused`() {
        #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }
}
