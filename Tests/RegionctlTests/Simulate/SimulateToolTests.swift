import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import regionctl

@Suite struct SimulateToolTests {
    private static let scenario = """
        {"name": "small", "duration": "10s", "regions": ["a", "b"],
         "clients": [{"name": "c", "count": 2, "rate": 1, "latency": {"a": "1ms", "b": "20ms"}}],
         "faults": [{"kind": "outage", "in": "a", "at": "3s", "for": "2s"}]}
        """

    private func tool() throws -> Tool {
        let tool = try Tool()
        try tool.write(Self.scenario, to: "small.json")
        return tool
    }

    @Test func `a scenario is played with each policy and seed, and drawn`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let words = ["simulate", "small.json", "--policy", "primary-first", "--policy=sticky(latency)", "--seeds", "3"]
        let outcome = try await tool.run(words + ["--seed", "7", "--svg", "small.svg", "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try await Schemas.problems(of: [("simulate", outcome.output)], tool) == [])
        #expect(outcome.document?["seeds"] as? [Int] == [7, 8, 9])
        let policies = try #require(outcome.document?["policies"] as? [[String: Any]])
        #expect(policies.map { $0["policy"] as? String } == ["primary-first", "sticky(latency)"])
        let svg = try String(contentsOf: tool.folder.appending(path: "small.svg"), encoding: .utf8)
        #expect(svg.contains(">small, seed 7<"))
        #expect(svg.hasSuffix("</svg>\n"))
        let files = try FileManager.default.contentsOfDirectory(atPath: tool.folder.path).sorted()
        #expect(files == ["small.json", "small.svg"])
    }

    @Test func `two processes play the same`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        var traces: [String] = []
        for _ in 0..<2 {
            let outcome = try await tool.run("simulate", "small.json", "--policy", "latency", "--seed", "5", "--json")
            let policies = try #require(outcome.document?["policies"] as? [[String: Any]])
            let runs = try #require(policies.first?["runs"] as? [[String: Any]])
            traces.append(try #require(runs.first?["traceHash"] as? String))
        }
        #expect(traces[0] == traces[1])
        #expect(traces[0].count == 16 && traces[0] != "0000000000000000")
    }

    @Test func `the table has a row for each policy`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let outcome = try await tool.run("simulate", "small.json", "--policy", "latency")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("small, seed 1\n"))
        #expect(outcome.output.contains("policy\tavailability\terrors\tp50\t"))
        #expect(outcome.output.contains("\nlatency\t"))
    }

    @Test(arguments: [
        (["none.json"], "none.json: the file: there is none"),
        (["."], ".: the file: it cannot be read; it must be a regular file"),
        (["small.json", "--policy", "sticky(latncy)"], "at character 8:\n  sticky(latncy)\n         ^"),
        (["small.json", "--policy", "excluding(c, latency)"], "--policy: "),
        (["small.json", "--seeds", "0"], "--seeds: found \"0\"; allowed is a whole number from 1 to 1000."),
        (["small.json", "--seed", "-1"], "--seed: found \"-1\"; allowed is a whole number from 0 to 1000000000."),
        (
            ["small.json"] + Array(repeating: "--policy=latency", count: 17),
            "--policy: found 17; allowed are at most 16."
        ),
        ([], "SCENARIO is missing"),
    ])
    func `wrong usage is named, with its place`(_ words: [String], _ message: String) async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let outcome = try await tool.run(["simulate"] + words)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `a mistake in the scenario is named, with its place`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        try tool.write(Self.scenario.replacing("\"2s\"", with: "\"-2s\""), to: "wrong.json")
        let outcome = try await tool.run("simulate", "wrong.json", "--json")
        #expect(outcome.code == 2)
        #expect(outcome.errorCode == "validation")
        #expect(outcome.errorMessage?.hasPrefix("wrong.json: faults[0].for: found \"-2s\"; allowed is ") == true)
    }

    @Test func `a picture that cannot be written is known before anything is played`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let outcome = try await tool.run("simulate", "small.json", "--svg", "none/small.svg")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("none/small.svg cannot be written: No such file or directory."))
        #expect(!outcome.output.contains("policy"))
    }

    @Test func `an interrupted series ends between two runs`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let words = [tool.folder.appending(path: "small.json").path, "--seeds", "5"]
        let series = try SimulationSeries(try Arguments(words, for: .simulate))
        let console = Console(isJSON: true, isTerminal: false, usesColour: false)
        let task = Task {
            var count = 0
            do {
                _ = try series.run(console) { simulation in
                    count += 1
                    if count == 2 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                    return SimulationSample.report(seed: simulation.seed)
                }
                return 0
            } catch is CancellationError {
                return count
            }
        }
        #expect(try await task.value == 2)
    }

    #if DEBUG
        @Test func `a run that breaks a promise can be played again, with the faults that are enough`() throws {
            let tool = try self.tool()
            defer { tool.remove() }
            let scenario = """
                {"name": "small", "duration": "60s", "regions": ["a", "b"],
                 "clients": [{"name": "c", "count": 1, "rate": 5, "latency": {"a": "1ms", "b": "20ms"}}],
                 "faults": [{"kind": "read-only", "in": "b", "at": "1s", "for": "2s"},
                            {"kind": "outage", "in": "a", "at": "5s", "for": "10s"}]}
                """
            try tool.write(scenario, to: "two.json")
            let path = tool.folder.appending(path: "two.json").path
            let series = try SimulationSeries(try Arguments([path, "--seed", "3"], for: .simulate))
            let console = Console(isJSON: true, isTerminal: false, usesColour: false)
            let lines = try PlantedBug.$planted.withValue(.failbackAtOnce) {
                try series.replays(of: try series.run(console))
            }
            #expect(lines.first == "Play it again: regionctl simulate \(path) --policy 'primary-first' --seed 3")
            #expect(lines.last?.hasPrefix("  Enough for H8: outage in a at 5.0 seconds for ") == true, "\(lines)")
            #expect(try series.replays(of: try series.run(console)) == [])
        }
    #endif

    @Test func `only the first seed's timeline is kept`() throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let words = [tool.folder.appending(path: "small.json").path, "--seeds", "3"]
        let series = try SimulationSeries(try Arguments(words, for: .simulate))
        let console = Console(isJSON: true, isTerminal: false, usesColour: false)
        let result = try series.run(console) { SimulationSample.report(seed: $0.seed) }
        #expect(result.outcomes[0].reports.map(\.timeline.count) == [1200, 0, 0])
    }

    @Test func `the scenarios that come with the tool are as their schema says`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let schema = "../../../Examples/Scenarios/scenario.schema"
        let folder = Schemas.folder.appending(path: "../../../Examples/Scenarios")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" && !$0.path.hasSuffix(".schema.json") }
        let documents = try files.map { (schema, try String(contentsOf: $0, encoding: .utf8)) }
        #expect(documents.count == 8)
        #expect(try await Schemas.problems(of: documents, tool) == [])
        for wrong in [
            Self.scenario.replacing("\"2s\"", with: "\"-2s\""), Self.scenario.replacing("outage", with: "outtage"),
            Self.scenario.replacing("\"for\"", with: "\"share\""), Self.scenario.replacing("\"small\"", with: "7"),
        ] {
            #expect(try await !Schemas.problems(of: [(schema, wrong)], tool).isEmpty, "\(wrong)")
        }
    }
}
