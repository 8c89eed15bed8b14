import Foundation
import Testing

@testable import regionctl

@Suite struct TransferToolTests {
    private func items(_ tool: Tool) -> Int {
        let file = tool.folder.appending(path: "in.json.regionctl-import")
        guard let data = try? Data(contentsOf: file),
            let journal = try? JSONDecoder().decode(ImportJournal.self, from: data)
        else { return 0 }
        return journal.position.items
    }

    @Test func `what is imported reaches every region and is exported the same from each`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try tool.write((0..<500).map { TransferFixture.line("k\($0)", $0) }.joined(), to: "in.json")
        let report = try await tool.run("import", "in.json", "--json")
        #expect(report.code == 0)
        #expect(report.errors.isEmpty)
        let document = try #require(report.document)
        var documents = [(schema: "import", text: report.output)]
        #expect(document["file"] as? String == "in.json")
        #expect(document["items"] as? Int == 500)
        #expect((document["pending"] as? [String])?.isEmpty == true)
        var texts: [Data] = []
        for region in ["us-west-2", "us-east-1"] {
            let outcome = try await tool.run("export", "\(region).json", "--region", region, "--sorted", "--json")
            #expect(outcome.code == 0)
            documents.append(("export", outcome.output))
            texts.append(try Data(contentsOf: tool.folder.appending(path: "\(region).json")))
        }
        #expect(texts[0] == texts[1])
        #expect(try await Schemas.problems(of: documents, tool) == [])
        let stream = try await tool.run("export", "-")
        #expect(stream.code == 0)
        #expect(Data(stream.output.utf8) == texts[0])
        #expect(stream.errors.contains("500 items of us-west-2 exported in"))
    }

    @Test func `standard input is imported`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(
            ["import", "-", "--json"],
            input: TransferFixture.line("k", 7) + TransferFixture.line("l")
        )
        #expect(outcome.code == 0)
        #expect(outcome.document?["items"] as? Int == 2)
        #expect(try await tool.run("get", "k").output.contains(#""n":{"N":"7"}"#))
        #expect(try await tool.run("import", "-", "--journal", "x").code == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tool.folder.path).count == 2)
    }

    @Test func `skipped lines make the exit code 1, a bad line 2`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try tool.write(TransferFixture.line("k") + "bad\n", to: "in.json")
        let refused = try await tool.run("import", "in.json")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("in.json, line 2 (after byte"))
        let skipped = try await tool.run("import", "in.json", "--skip-bad", "--json")
        #expect(skipped.code == 1)
        #expect(try await Schemas.problems(of: [("import", skipped.output)], tool) == [])
        #expect(skipped.document?["skipped"] as? Int == 1)
    }

    @Test(arguments: [
        (["import"], "FILE is missing"), (["import", "none.json"], "none.json cannot be read"),
        (["export", "-", "--json"], "cannot both go to standard output"),
        (["export", "out.json", "--region", "us-east"], "did you mean us-east-1?"),
    ])
    func `wrong usage is named`(_ words: [String], _ message: String) async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(words)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(message))
        #expect(!tool.exists("out.json"))
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func `an import that a signal ends goes on where it was, and no item is missing`(_ signal: Int32) async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let count = 40_000
        try tool.write((0..<count).map { TransferFixture.line("k\($0)", $0) }.joined(), to: "in.json")
        let first = try await tool.run("import", "in.json") { id in
            while self.items(tool) == 0, kill(id, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
            kill(id, signal)
        }
        let stored = self.items(tool)
        #expect(stored > 0 && stored < count)
        #expect(first.code == (signal == SIGINT ? 130 : SIGKILL))
        let second = try await tool.run("import", "in.json", "--json")
        #expect(second.code == 0)
        #expect(second.document?["items"] as? Int == count)
        #expect(second.document?["resumedAtLine"] as? Int == stored)
        let exported = try await tool.run("export", "out.json", "--json")
        #expect(exported.document?["items"] as? Int == count)
        #expect(!tool.exists("in.json.regionctl-import"))
        // An export that a signal ends replaces nothing.
        let whole = try Data(contentsOf: tool.folder.appending(path: "out.json"))
        let ended = try await tool.run("export", "out.json", "--force") { id in
            while try FileManager.default.contentsOfDirectory(atPath: tool.folder.path).count < 5, kill(id, 0) == 0 {
                try await Task.sleep(for: .milliseconds(1))
            }
            kill(id, signal)
        }
        #expect(ended.code == first.code)
        #expect(try Data(contentsOf: tool.folder.appending(path: "out.json")) == whole)
        if signal == SIGINT {
            let names = try FileManager.default.contentsOfDirectory(atPath: tool.folder.path)
            #expect(Set(names) == ["data", "in.json", "out.json", "regionkit.json"])
        }
    }
}
