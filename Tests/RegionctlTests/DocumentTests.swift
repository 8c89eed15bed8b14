import Foundation
import Testing

@testable import regionctl

/// Every document of the tool is as its schema says.
@Suite struct DocumentTests {
    @Test(arguments: Command.all) func `every command has a schema`(_ command: Command) {
        let path = Schemas.folder.appending(path: "\(command.name).json").path
        #expect(FileManager.default.fileExists(atPath: path))
    }

    private static let item = """
        {"state":{"S":"ready"},"n":{"N":"-1.5E-130"},"b":{"B":"AAEC"},"t":{"BOOL":true},"z":{"NULL":true},
         "l":{"L":[{"S":""},{"M":{}}]},"m":{"M":{"a":{"N":"1"}}},"ss":{"SS":["b","a"]},"ns":{"NS":["2"]},"bs":{"BS":["AA=="]}}
        """

    private static let steps: [(schema: String, line: String, code: Int32)] = [
        ("verify", "verify", 1), ("setup", "setup", 0), ("verify", "verify", 0), ("status", "status", 0),
        ("bench", "bench --for 300ms --rate 50", 0), ("get", "get k", 1),
        ("put", "put k --item -", 0), ("get", "get k", 0),
        ("put", "put k2 --item - --wait-replicated", 0), ("update", "update k --set a=b --add c=1", 0),
        ("error", "update k", 2), ("error", "put k --item - --if-not-exists", 1), ("scan", "scan --limit 1", 0),
        ("query", "query ready --index by-state", 0), ("query", "query none --index by-state", 0),
        ("explain", "explain put k", 0), ("explain", "explain scan", 0), ("delete", "delete k", 0),
        ("prefer", "prefer us-east-1 --for 10m", 0), ("prefer", "prefer us-east-1", 0),
        ("evacuate", "evacuate us-west-2", 0), ("error", "evacuate us-east-1", 2), ("explain", "explain get k", 0),
        ("restore", "restore us-west-2", 0), ("adopt", "adopt us-west-2", 0), ("error", "forget eu-west-1", 1),
        ("error", "forget us-west-2", 2), ("fault", "fault us-west-2 slow=1.5s --for 10s", 0),
        ("fault", "fault --link us-west-2:us-east-1 lag=2s,jitter=10ms", 0), ("fault", "fault us-west-2 outage", 0),
        ("get", "get k2", 0), ("status", "status", 0), ("fault", "fault us-east-1 outage", 0), ("error", "get k2", 3),
        ("error", "get", 2), ("error", "nonsense", 2),
        ("error", "bench --for 10", 2), ("error", "replicate now", 2),
    ]

    @Test func `what each command prints with --json is as its schema says`() async throws {
        let tool = try Tool.deployed(
            table: "\"partitionKey\": \"id\", \"indexes\": [{\"name\": \"by-state\", \"partitionKey\": \"state\"}]"
        )
        defer { tool.remove() }
        var documents: [(schema: String, text: String)] = []
        for step in Self.steps {
            let outcome = try await tool.run(line: "\(step.line) --json", input: Self.item)
            #expect(outcome.code == step.code, "\(step.line): \(outcome.errors)")
            #expect(outcome.output.split(separator: "\n").count == 1, "\(step.line)")
            documents.append((step.schema, outcome.output))
        }
        #expect(try await Schemas.problems(of: documents, tool) == [])
    }

    @Test func `the demo's document is as its schema says`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let outcome = try await tool.run("demo", "--json", "--keep", "--dir", "demo")
        let settings = try String(contentsOf: tool.folder.appending(path: "demo/regionkit.json"), encoding: .utf8)
        let documents = [("demo", outcome.output), ("configuration", settings)]
        #expect(try await Schemas.problems(of: documents, tool) == [])
    }

    @Test func `the schemas refuse what is wrong`() async throws {
        let tool = try Tool.deployed(more: ", \"health\": {\"cooldown\": \"1.5m\"}, \"metrics\": null")
        defer { tool.remove() }
        let good = try String(contentsOf: tool.folder.appending(path: "regionkit.json"), encoding: .utf8)
        #expect(try await Schemas.problems(of: [("configuration", good)], tool) == [])
        let get = """
            {"item": {"a": {"S": "x"}}, "region": "a", "version": null, "stale": false, "attempts": []}
            """
        let wrong = [
            ("configuration", good.replacing("us-east-1\"", with: "../x\"")),
            ("configuration", good.replacing("1.5m", with: "1.5")),
            ("configuration", good.replacing("notes", with: "n")),
            ("configuration", "{}"), ("get", get.replacing("\"S\"", with: "\"X\"")),
            ("get", get.replacing("false", with: "0")),
            ("get", get.replacing("\"a\", ", with: "null, ")), ("get", "{"),
        ]
        for document in wrong {
            #expect(try await !Schemas.problems(of: [document], tool).isEmpty, "\(document)")
        }
    }
}
