import Foundation
import Testing

/// Names and files that somebody made to do harm, or that are simply something else.
@Suite struct HostileInputTests {
    private static let names = [
        "../x", "..", "/etc/passwd", "file:us-west-2", "US-WEST-2", "us-west-2 ", "us-west-2\n", "", "-", "a\u{1B}[2J",
        String(repeating: "a", count: 300), "us-west-2/../us-east-1",
    ]

    @Test(arguments: Self.names)
    func `a hostile region's name on the command line is refused and leaves nothing behind`(_ name: String) async throws
    {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        var commands = [
            ["prefer", name], ["evacuate", name], ["restore", name], ["adopt", name], ["forget", name],
            ["fault", name, "outage"], ["fault", "--link=us-west-2:\(name)", "cut"],
        ]
        if !name.isEmpty { commands.append(["get", "k", "--region=\(name)"]) }
        for command in commands {
            let outcome = try await tool.run(command)
            #expect(outcome.code == 2, "\(command)")
            #expect(!outcome.errors.contains("\u{1B}"))
            #expect(outcome.errors.utf8.count < 400)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: tool.folder.path) == ["regionkit.json"])
    }

    @Test(arguments: ["../x", "file:x", "a\\u0000b", String(repeating: "a", count: 300)])
    func `a hostile region's name in the configuration is refused and leaves nothing behind`(
        _ name: String
    ) async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.configure(regions: [name, "us-east-1"])
        for command in [["get", "k"], ["fault", "us-east-1", "outage"], ["evacuate", "us-east-1"], ["status"]] {
            let outcome = try await tool.run(command)
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("regions[0].name"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: tool.folder.path) == ["regionkit.json"])
    }

    @Test(arguments: ["something else", String(repeating: "SQLite format 3\u{0}", count: 10)])
    func `a file that is no region is named and left as it is`(_ contents: String) async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let data = tool.folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
        try tool.write(contents, to: "data/us-west-2.sqlite")
        let outcome = try await tool.run(["put", "k", "--item", "{}", "--json"])
        #expect(outcome.code != 0)
        #expect(outcome.errorMessage?.contains("data/us-west-2.sqlite is ") == true)
        #expect(outcome.errorMessage?.contains("left as it is") == true)
        let left = try String(contentsOf: data.appending(path: "us-west-2.sqlite"), encoding: .utf8)
        #expect(left == contents)
    }

    @Test func `a foreign SQLite database is refused and left as it is`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let data = tool.folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
        let file = data.appending(path: "us-west-2.sqlite")
        let program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE theirs (x)')"
        #expect(try await tool.run(["-c", program, file.path], of: "/usr/bin/python3").code == 0)
        let before = try Data(contentsOf: file)
        let outcome = try await tool.run(["put", "k", "--item", "{}", "--json"])
        #expect(outcome.code == 2)
        #expect(outcome.errorMessage?.contains("is the database of another application") == true)
        #expect(try Data(contentsOf: file) == before)
    }

    /// Where nobody can write, root neither: below a regular file.
    @Test func `a folder that cannot be written is named, and a region elsewhere serves`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write("", to: "file")
        try tool.write(
            """
            {"table": {"name": "notes", "partitionKey": "id"},
             "regions": [{"name": "us-west-2", "backend": "sqlite:/proc/us-west-2.sqlite"},
                         {"name": "us-east-1", "backend": "sqlite:us-east-1.sqlite"}]}
            """,
            to: "regionkit.json"
        )
        // Its peer is out of sight: who may take writes must be decided by hand.
        let adopted = try await tool.run(["adopt", "us-east-1", "--json"])
        #expect(adopted.code == 0, "\(adopted.errors)")
        let put = try await tool.run(["put", "k", "--item", "{}", "--json", "--wait-replicated"])
        #expect(put.code == 0, "\(put.errors)")
        #expect(put.document?["region"] as? String == "us-east-1")
        #expect(put.names("pending") == ["us-west-2"])
        #expect(put.errors.contains("us-west-2: /proc/us-west-2.sqlite cannot be created"))
        let fault = try await tool.run(["fault", "us-west-2", "outage", "--json"])
        #expect(fault.code == 2)
        #expect(fault.errorMessage?.contains("/proc/us-west-2.sqlite-faults.json cannot be written: ") == true)
        let status = try await tool.run(["status"])
        #expect(status.code == 0)
    }

    @Test func `a path below a regular file is refused`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write("", to: "data")
        try tool.configure(regions: ["us-west-2"])
        let outcome = try await tool.run(["get", "k"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("data/us-west-2.sqlite does not lie in a folder"))
    }
}
