import Foundation
import Testing

/// The data plane as a user meets it: several commands on one table.
@Suite struct DataPlaneTests {
    @Test func `an item is stored, read, changed and removed`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let put = try await tool.run(line: "put k --item {\"state\":{\"S\":\"new\"}}")
        #expect(put.output.hasPrefix("Stored in us-west-2, version "))
        #expect(put.errors.isEmpty)
        let update = [
            "update", "k", "--set", "state=ready", "--set", "meta:M={\"a\":{\"N\":\"1\"}}", "--add", "hits=2",
        ]
        #expect(try await tool.run(update).output.hasPrefix("Updated in us-west-2"))
        try await tool.run([
            "update", "k", "--set", "meta.a:N=7", "--set", "#d=x", "--name", "#d=a.b", "--add", "hits=1",
        ])
        let get = try await tool.run(line: "get k")
        #expect(
            get.output == """
                {"a.b":{"S":"x"},"hits":{"N":"3"},"id":{"S":"k"},"meta":{"M":{"a":{"N":"7"}}},"state":{"S":"ready"}}

                """
        )
        #expect(try await tool.run(line: "delete k").output.hasPrefix("Deleted in us-west-2"))
        let gone = try await tool.run(line: "get k --json")
        #expect(gone.code == 1)
        #expect(gone.document?["item"] is NSNull)
        #expect(gone.errors.isEmpty)
        #expect(try await tool.run(line: "get k").errors == "us-west-2 has no item with this key.\n")
    }

    @Test func `ordinary JSON goes in and out, every digit of it`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let text = """
            {"big":12345678901234567890123456789012345678,"id":"k","list":[1,2.5,{"x":null}],"ok":true,"tiny":1E-130}
            """
        try await tool.run(line: "put k --plain --item -", input: text)
        #expect(try await tool.run(line: "get k --plain").output == text + "\n")
        #expect(try await tool.run(line: "scan --plain").output == text + "\n")
        let digits = "{\"n\":\(String(repeating: "9", count: 39))}"
        let refused = try await tool.run(["put", "k", "--plain", "--item", digits])
        #expect(refused.code == 2)
        #expect(refused.errors.contains("--item: line 1, column 6: the number has more than 38 digits"))
    }

    @Test func `what ordinary JSON does not have is refused by name`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "put k --item {\"m\":{\"M\":{\"tags\":{\"L\":[{\"SS\":[\"a\"]}]}}}}")
        for line in ["get k --plain --json", "scan --plain --json"] {
            let outcome = try await tool.run(line: line)
            #expect(outcome.code == 2)
            #expect(outcome.errorCode == "unsupported")
            #expect(
                outcome.errorMessage == (line.hasPrefix("scan") ? "item \"k\": " : "")
                    + "\"m.tags[0]\" is of type SS, which ordinary JSON does not have; leave --plain away."
            )
        }
    }

    @Test func `items come from a file or from standard input too`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try tool.write(" {\n\"a\": {\"S\": \"file\"}}\n", to: "item.json")
        try await tool.run(line: "put k --item @item.json")
        try await tool.run(line: "put l --item -", input: "{\"a\":{\"S\":\"pipe\"}}")
        let scan = try await tool.run(line: "scan --plain")
        #expect(
            Set(scan.output.split(separator: "\n")) == [
                "{\"a\":\"file\",\"id\":\"k\"}", "{\"a\":\"pipe\",\"id\":\"l\"}",
            ]
        )
    }

    @Test func `keys are of the type that the table says`() async throws {
        let tool = try Tool.deployed(
            table:
                "\"partitionKey\": {\"name\": \"n\", \"type\": \"N\"}, \"sortKey\": {\"name\": \"b\", \"type\": \"B\"}"
        )
        defer { tool.remove() }
        try await tool.run(line: "put -5 --sort AAE= --item {}")
        let get = try await tool.run(line: "get -5.0 --sort AAE=")
        #expect(get.output == "{\"b\":{\"B\":\"AAE=\"},\"n\":{\"N\":\"-5\"}}\n")
    }

    @Test func `a query is bounded, reversed and goes on page by page`() async throws {
        let tool = try Tool.deployed(
            table: "\"partitionKey\": \"id\", \"sortKey\": {\"name\": \"at\", \"type\": \"N\"}"
        )
        defer { tool.remove() }
        for number in 1...5 { try await tool.run(line: "put k --sort \(number) --item {}") }
        func numbers(_ words: [String]) async throws -> ([String], next: String?) {
            let outcome = try await tool.run(["query", "k", "--json"] + words)
            let items = try #require(outcome.document?["items"] as? [[String: [String: String]]])
            #expect(outcome.document?["count"] as? Int == items.count)
            return (items.compactMap { $0["at"]?["N"] }, outcome.document?["next"] as? String)
        }
        #expect(try await numbers(["--sort", "2..4"]).0 == ["2", "3", "4"])
        #expect(try await numbers(["--sort", "=3"]).0 == ["3"])
        #expect(try await numbers(["--sort", ">3", "--desc"]).0 == ["5", "4"])
        let first = try await numbers(["--sort", "<=4", "--limit", "3"])
        #expect(first.0 == ["1", "2", "3"])
        let token = try #require(first.next)
        #expect(try await numbers(["--sort", "<=4", "--limit", "3", "--next", token]).0 == ["4"])
        let text = try await tool.run(line: "query k --limit 2")
        #expect(text.output.split(separator: "\n").count == 2)
        #expect(text.errors.hasPrefix("There may be more: --next "))
    }

    @Test func `a pinned read stays where it is, and --trace tells the attempts`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "put k --item {} --wait-replicated")
        let pinned = try await tool.run(line: "get k --region us-east-1 --json")
        #expect(pinned.document?["region"] as? String == "us-east-1")
        try await tool.run(line: "fault us-west-2 throttled")
        let traced = try await tool.run(line: "get k --trace")
        #expect(traced.code == 0)
        #expect(traced.errors.contains("  us-west-2 "))
        #expect(traced.errors.split(separator: "\n").last?.hasSuffix("ms ok") == true)
        #expect(traced.output == "{\"id\":{\"S\":\"k\"}}\n")
    }

    @Test func `a write is told when it has arrived everywhere`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let text = try await tool.run(line: "put k --item {} --wait-replicated")
        #expect(text.output.hasSuffix(", and arrived in every region.\n"))
        let json = try await tool.run(line: "update k --set a=b --wait-replicated --json")
        #expect(json.names("pending") == [])
        #expect(try await tool.run(line: "delete k --json").document?.keys.contains("pending") == false)
    }

    @Test func `who stops waiting for replication still learns what was written`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "put l --item {} --wait-replicated")
        try await tool.run(line: "fault us-east-1 outage")
        let put = ["put", "k", "--item", "{}", "--wait-replicated", "--json"]
        let outcome = try await tool.run(put) { process in
            // Until the item is there, nothing has been written yet.
            for _ in 0..<100 where try await tool.run(line: "get k --region us-west-2").code != 0 {}
            kill(process, SIGINT)
        }
        #expect(outcome.code == 130)
        #expect(outcome.document?["region"] as? String == "us-west-2")
        #expect(outcome.names("pending") == ["us-east-1"])
    }

    @Test(arguments: [
        "get k", "scan", "query k", "explain put k", "explain get k", "put k --item {}",
        "fault us-west-2 slow",
    ])
    func `on a terminal no line is wider than 80 columns`(_ line: String) async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.configure(regions: ["us-west-2", "ap-southeast-2", "a-region-with-a-rather-long-name"])
        let item = "{\"note\":\"\(String(repeating: "word ", count: 80))\",\"\(String(repeating: "n", count: 100))\":1}"
        try await tool.run(line: "put k --plain --item -", input: item)
        try await tool.run(line: "fault ap-southeast-2 read-only")
        let command = "stty cols 80; exec '\(Tool.executable.path)' \(line)"
        let outcome = try await tool.run(
            ["-qec", command, "/dev/null"],
            of: "/usr/bin/script",
            environment: ["TERM": "vt100"]
        )
        #expect(outcome.code == 0)
        #expect(!outcome.output.isEmpty)
        for line in outcome.output.split(whereSeparator: \.isNewline) {
            let text = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            #expect(text.count <= 80, "\(text)")
        }
    }
}
