import Foundation
import Testing

/// What a command ends with: its exit code, and the code and cause of its error.
@Suite struct ExitCodeTests {
    struct Case: Sendable, CustomStringConvertible {
        var arguments: [String]
        var code: Int32
        var error: String?
        var message: String
        /// What is done before.
        var before: [String] = []
        var input: String?

        init(
            _ arguments: [String],
            _ code: Int32,
            _ error: String? = nil,
            _ message: String = "",
            after before: [String] = [],
            input: String? = nil
        ) {
            self.arguments = arguments
            self.code = code
            self.error = error
            self.message = message
            self.before = before
            self.input = input
        }

        var description: String {
            "\(self.before) \(self.arguments.map { $0.prefix(40) }) → \(self.code) \(self.error ?? "")"
        }
    }

    private static let down = ["fault us-west-2 outage", "fault us-east-1 outage"]
    private static let item = "{\"a\":{\"S\":\"x\"}}"
    private static let put = ["put", "k", "--item", Self.item]
    private static let stored = ["put k --item \(Self.item)"]

    private static let answers: [Case] = [
        Case(["get", "k"], 0, after: Self.stored),
        Case(["get", "k"], 1),
        Case(["get", "k", "--region", "us-east-1"], 1),
        Case(Self.put, 0),
        Case(["delete", "k"], 0),
        Case(Self.put + ["--if-not-exists"], 1, "conditionFailed", "condition", after: Self.stored),
        Case(["update", "k", "--set", "a=b", "--if-not-exists"], 1, "conditionFailed", after: Self.stored),
        Case(["delete", "k", "--if", "attribute_exists(id)"], 1, "conditionFailed"),
        Case(["delete", "k", "--if", "a = :v", "--value", ":v={\"S\":\"x\"}"], 0, after: Self.stored),
        Case(
            ["delete", "k", "--if", "#n = :v", "--name", "#n=a", "--value", ":v={\"S\":\"y\"}"],
            1,
            "conditionFailed"
        ),
        Case(["scan"], 0),
        Case(["query", "k"], 0),
    ]

    private static let usage: [Case] = [
        Case(["gett", "k"], 2, "validation", "unknown command gett; did you mean get?"),
        Case(["get", "k", "--consistnt"], 2, "validation", "unknown option --consistnt; did you mean --consistent?"),
        Case(["get"], 2, "validation", "KEY is missing: regionctl get KEY [OPTIONS]."),
        Case(["get", "k", "l"], 2, "validation", "unexpected \"l\""),
        Case(["get", ""], 2, "validation", "has 0 bytes; 1 to 2048 are allowed"),
        Case(["get", String(repeating: "k", count: 2049)], 2, "validation", "has 2049 bytes; 1 to 2048 are allowed"),
        Case(["get", "k", "--sort", "s"], 2, "validation", "table notes has no sort key"),
        Case(["get", "k", "--region", "us-wset-2"], 2, "validation", "did you mean us-west-2?"),
        Case(["put", "k"], 2, "validation", "--item is missing"),
        Case(["put", "k", "--item", "{"], 2, "validation", "the bytes end too early"),
        Case(["put", "k", "--item", "{\"a\":1}"], 2, "validation", "give --plain"),
        Case(["put", "k", "--item", "{\"a\":{\"name\":\"x\"}}"], 2, "validation", "give --plain"),
        Case(["put", "k", "--item", "@/dev/zero"], 2, "validation", "/dev/zero is no regular file"),
        Case(["put", "k", "--item", "[]", "--plain"], 2, "validation", "an item is a JSON object"),
        Case(["put", "k", "--item", "@none.json"], 2, "validation", "none.json does not exist"),
        Case(
            ["put", "k", "--item", "@."],
            2,
            "validation",
            ". is no regular file; what comes through a pipe is read by --item -"
        ),
        Case(["put", "k", "--item", "{\"id\":{\"S\":\"l\"}}"], 2, "validation", "its \"id\" differs from KEY"),
        Case(
            ["put", "k", "--item", "-"],
            2,
            "validation",
            "409600 are allowed",
            input: "{\"a\":{\"S\":\"\(String(repeating: "x", count: 409_600))\"}}"
        ),
        Case(["update", "k"], 2, "validation", "nothing is to be changed"),
        Case(["update", "k", "--set", "id=l"], 2, "validation", "keys cannot be changed"),
        Case(["update", "k", "--set", "a=1", "--remove", "a"], 2, "validation", "a"),
        Case(["delete", "k", "--if", "a ="], 2, "validation", "--if: "),
        Case(["delete", "k", "--if", "a = :v"], 2, "validation", "\":v\" is missing"),
        Case(
            ["delete", "k", "--value", ":v={\"S\":\"x\"}"],
            2,
            "validation",
            ":v is given and not used; it belongs to --if"
        ),
        Case(["query", "k", "--index", "by-x"], 2, "validation", "table notes has no index \"by-x\"; it has none."),
        Case(["query", "k", "--sort", "=1"], 2, "validation", "table notes has no sort key"),
        Case(["scan", "--next", "?"], 2, "validation", "allowed is what an earlier page gave as next"),
        Case(["scan", "--next", "e30"], 2, "validation", "page token"),
        Case(["scan", "--limit", "0"], 2, "validation", "a whole number from 1"),
        Case(["explain", "gte", "k"], 2, "validation", "did you mean get?"),
        Case(["prefer", "us-west-2", "--for", "10"], 2, "validation", "with a unit"),
        Case(["prefer", "mars"], 2, "validation", "R: no region is called \"mars\"; the configuration has us-west-2"),
        Case(["evacuate", "us-east-1"], 2, "validation", "last region", after: ["evacuate us-west-2"]),
        Case(["forget", "us-west-2"], 2, "validation", "still in the configuration"),
        Case(["fault", "us-west-2", "outge"], 2, "validation", "did you mean outage?"),
        Case(["fault", "us-west-2", "clear", "--for", "1s"], 2, "validation", "clear takes no --for"),
        Case(["fault", "us-west-2"], 2, "validation", "MODE is missing"),
        Case(["fault", "--link", "us-west-2", "cut"], 2, "validation", "it is written A:B"),
        Case(["fault", "--link", "us-west-2:us-west-2", "cut"], 2, "validation", "two different regions"),
        Case(["fault", "--link", "us-west-2:us-east-1", "lag=2d"], 2, "validation", "with a unit"),
        Case(["get", "k", "--config", "none.json"], 2, "validation", "there is no configuration none.json"),
    ]

    private static let failures: [Case] = [
        Case(["get", "k"], 3, "unavailable", "us-west-2 emulates an outage", after: Self.down),
        Case(Self.put, 3, "unavailable", "no region could serve", after: Self.down),
        Case(["get", "k", "--region", "us-west-2"], 3, "unavailable", "outage", after: ["fault us-west-2 outage"]),
        Case(["get", "k", "--region", "us-west-2"], 3, "noEligibleRegion", "evacuated", after: ["evacuate us-west-2"]),
        Case(["status"], 3, after: Self.down),
        Case(["get", "k"], 1, after: ["fault us-west-2 outage"]),
        Case(
            Self.put + ["--if-not-exists"],
            4,
            "outcomeUnknown",
            "read the item before you repeat it",
            after: ["fault us-west-2 ambiguous"]
        ),
        Case(
            ["update", "k", "--add", "n=1"],
            4,
            "outcomeUnknown",
            "repeat it with a condition",
            after: ["fault us-west-2 ambiguous"]
        ),
        Case(Self.put, 0, after: ["fault us-west-2 ambiguous"]),
    ]

    @Test(arguments: Self.answers + Self.usage + Self.failures)
    func `a command ends with the code of the contract`(_ row: Case) async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        for line in row.before { #expect(try await tool.run(line: line).code == 0) }
        let outcome = try await tool.run(row.arguments + ["--json"], input: row.input)
        #expect(outcome.code == row.code, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errorCode == row.error)
        #expect(row.message.isEmpty || outcome.errorMessage?.contains(row.message) == true, "\(outcome.output)")
        // A person reads the same.
        #expect(row.error == nil || outcome.errors.hasPrefix("regionctl: \(outcome.errorMessage ?? "")\n"))
    }

    @Test(arguments: ["{\"s\":{\"SS\":[]}}", "{\"a\":{\"Q\":\"1\"}}", "{\"a\":{\"S\":1}}", "[1]"])
    func `what is meant as DynamoDB JSON is not taken for ordinary JSON`(_ text: String) async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(["put", "k", "--item", text])
        #expect(outcome.code == 2)
        #expect(!outcome.errors.contains("--plain"))
    }

    @Test(arguments: [
        ("N", "k", "a value of type N is a number"), ("N", "1e200", "a number of up to 38 digits"),
        ("B", "k", "a value of type B is base64"), ("B", "aGVsbG8", "base64"),
    ])
    func `a key of the wrong type names the right one`(_ kind: String, _ key: String, _ message: String) async throws {
        let tool = try Tool.deployed(table: "\"partitionKey\": {\"name\": \"id\", \"type\": \"\(kind)\"}")
        defer { tool.remove() }
        let outcome = try await tool.run(["get", key, "--json"])
        #expect(outcome.code == 2)
        #expect(outcome.errorMessage?.hasPrefix("KEY (\"id\"): found ") == true)
        #expect(outcome.errorMessage?.contains(message) == true)
    }

    @Test func `a table with a sort key asks for it`() async throws {
        let tool = try Tool.deployed(
            table: "\"partitionKey\": \"id\", \"sortKey\": {\"name\": \"at\", \"type\": \"N\"}"
        )
        defer { tool.remove() }
        let missing = try await tool.run(["get", "k"])
        #expect(missing.code == 2)
        #expect(missing.errors.contains("--sort is missing: the sort key of table notes is \"at\", of type N."))
        let wrong = try await tool.run(["get", "k", "--sort", "x"])
        #expect(wrong.errors.contains("--sort (\"at\"): found \"x\"; a value of type N"))
    }

    @Test func `a malformed configuration names file, place and cause`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write("{\n  \"table\": }", to: "regionkit.json")
        let outcome = try await tool.run(["get", "k", "--json"])
        #expect(outcome.code == 2)
        #expect(outcome.errorMessage?.contains("regionkit.json: line 2, column 12: a value is expected") == true)
    }

    @Test func `a condition that cannot be read is shown with a caret below the place`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(["delete", "k", "--if", "a = = b"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("\na = = b\n    ^\n"))
    }
}
