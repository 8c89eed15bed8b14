import Foundation
import RegionKitCore
import Testing

@testable import regionctl

/// What arrives on standard output and standard error, and what is said when it does not.
@Suite struct ConsoleTests {
    private func shell(_ command: String, _ tool: Tool) async throws -> Tool.Outcome {
        try await tool.run(["-c", command, Tool.executable.path], of: "/bin/bash")
    }

    @Test(arguments: ["scan", "scan --json", "--help", "--version --json", "status"])
    func `output that cannot be written is no success`(_ line: String) async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await self.shell("\"$0\" \(line) > /dev/full", tool)
        #expect(outcome.code == (line == "scan" ? 0 : 1), "an empty table's scan writes nothing")
        let message = "regionctl: standard output cannot be written: No space left on device.\n"
        #expect(outcome.errors.hasSuffix(line == "scan" ? "" : message))
    }

    @Test func `a reader that went away is no failure`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await self.shell("\"$0\" --help | true; echo ${PIPESTATUS[0]}", tool)
        #expect(outcome.output == "0\n")
        #expect(outcome.errors.isEmpty)
    }

    @Test func `an argument that is not UTF-8 is refused by its number`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await self.shell("\"$0\" get $'k\\xff' --json", tool)
        #expect(outcome.code == 2)
        #expect(outcome.errorMessage?.hasPrefix("argument 2 is not UTF-8") == true)
    }

    @Test func `what a terminal obeys is shown and not sent`() async throws {
        let tool = try Tool.deployed(more: ", \"a\u{1B}[2J\": 1")
        defer { tool.remove() }
        for words in [["get", "k"], ["a\u{1B}[2J"], ["get", "--a\u{1B}[2J"], ["get", "k", "--config", "a\u{1B}[2J"]] {
            let outcome = try await tool.run(words)
            #expect(outcome.code == 2)
            #expect(!outcome.errors.contains("\u{1B}"), "\(words)")
        }
    }

    @Test func `help and version are documents too`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        for line in ["help --json", "--help --json", "get --help --json"] {
            let text = try await tool.run(line: line).document?["help"] as? String
            #expect(text?.hasPrefix("usage: regionctl") == true)
        }
        #expect(try await tool.run(line: "--version --json").document as? [String: String] == ["version": "0.1.0"])
        #expect(try await tool.run(line: "--version").output == "regionctl 0.1.0\n")
    }

    @Test func `an operand is never the option for documents`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(line: "get -- --json")
        #expect(outcome.code == 1)
        #expect(outcome.output.isEmpty)
    }

    @Test func `a file to read an item from that is a pipe does not hold the command up`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await self.shell("mkfifo pipe; timeout 60 \"$0\" put k --item @pipe", tool)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("pipe is no regular file"))
    }
}
