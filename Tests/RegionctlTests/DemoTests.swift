import Foundation
import Testing

@testable import regionctl

@Suite struct DemoTests {
    @Test func `a demo loses nothing, sees no error, and tells the same story for the same seed`() async throws {
        let (first, second) = (try Tool(), try Tool())
        defer {
            first.remove()
            second.remove()
        }
        async let left = first.run("demo", "--seed", "7", "--json", "--dir", "data", "--keep")
        async let right = second.run("demo", "--seed", "7", "--json", "--dir", "data")
        var stories: [[String]] = []
        for outcome in [try await left, try await right] {
            #expect(outcome.code == 0)
            #expect(outcome.errors.isEmpty)
            let report = try #require(outcome.document)
            #expect(
                Set(report.keys) == [
                    "seed", "operations", "errors", "failoverMs", "failbackMs", "acknowledgedWrites", "lostWrites",
                    "converged", "timeline",
                ]
            )
            #expect(report["seed"] as? Int == 7)
            #expect(report["lostWrites"] as? Int == 0)
            #expect(report["errors"] as? Int == 0)
            #expect(report["converged"] as? Bool == true)
            #expect(try #require(report["acknowledgedWrites"] as? Int) > 0)
            let timeline = try #require(report["timeline"] as? [[String: Any]])
            #expect(timeline.compactMap { $0["ms"] as? Double } == timeline.compactMap { $0["ms"] as? Double }.sorted())
            stories.append(timeline.map { "\($0["event"] ?? "") \($0["region"] ?? "")" })
        }
        #expect(stories.first == stories.last)
        #expect(
            stories.first?.filter { $0.hasPrefix("routeChanged") } == [
                "routeChanged us-east-1", "routeChanged us-west-2",
            ]
        )
        #expect(first.exists("data/us-west-2.sqlite"))
        #expect(!second.exists("data"))
        let status = try await first.run("status", "--config", "data/regionkit.json")
        #expect(status.code == 0)
    }

    @Test func `an interrupted demo exits with 130 and leaves nothing behind`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let outcome = try await tool.run("demo", "--dir", "data", "--json") { id in
            while !tool.exists("data/eu-west-1.sqlite"), kill(id, 0) == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            kill(id, SIGINT)
        }
        #expect(outcome.code == 130)
        #expect(!tool.exists("data"))
        let error = try #require(outcome.document?["error"] as? [String: Any])
        #expect(error["code"] as? String == "cancelled")
    }

    @Test(arguments: [
        (["--endpoint", "https://dynamodb.us-east-1.amazonaws.com"], "a local server's"),
        (["--endpoint", "http://10.0.0.1:8000"], "a local server's"), (["--endpoint", "4566"], "a local server's"),
        (["--endpoint", "http://127.0.0.1:1", "--keep"], "--dir and --keep are for files"),
    ])
    func `a demo on DynamoDB is for a server of this machine`(_ options: [String], _ message: String) async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let outcome = try await tool.run(["demo"] + options)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `a folder with other files is refused and left alone`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write("mine", to: "notes.txt")
        let outcome = try await tool.run("demo", "--dir", ".")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("notes.txt"))
        #expect(tool.exists("notes.txt"))
        #expect(!tool.exists("regionkit.json"))
    }

    @Test func `another deployment's folder is refused though its files have the same names`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write("{}", to: "regionkit.json")
        try tool.write("precious", to: "us-west-2.sqlite")
        #expect(throws: Failure.self) { try DemoFolder(tool.folder.path, DemoSettings(seed: 1)) }
        #expect(tool.exists("us-west-2.sqlite"))
    }

    @Test func `an earlier demo's folder is used again, and files of others stay`() throws {
        let tool = try Tool()
        defer { tool.remove() }
        let settings = DemoSettings(seed: 1)
        _ = try DemoFolder(tool.folder.path, settings)
        try tool.write("old", to: "us-west-2.sqlite")
        let folder = try DemoFolder(tool.folder.path, settings)
        #expect(!tool.exists("us-west-2.sqlite"))
        try tool.write("mine", to: "notes.txt")
        folder.remove()
        #expect(!tool.exists("regionkit.json"))
        #expect(tool.exists("notes.txt"))
    }

    @Test func `the seven reference genomes have their public prefixes`() {
        #expect(ReferenceGenome.all.map(\.id) == (1...7).map { "HG00\($0)" })
        for genome in ReferenceGenome.all {
            #expect(genome.prefix.hasPrefix("data/") && genome.prefix.hasSuffix("/"))
            #expect(genome.prefix.contains(genome.sample))
        }
    }
}
