import BackendSQLite
import Foundation
import RegionKitCore
import Testing

@testable import regionctl

/// Manual control by the tool: what it writes, and who obeys.
@Suite struct ControlTests {
    private func region(of answer: Tool.Outcome) -> String? { answer.document?["region"] as? String }

    @Test func `evacuated traffic goes elsewhere at once, and returns when the region is restored`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "put k --item {} --wait-replicated")
        #expect(self.region(of: try await tool.run(line: "get k --json")) == "us-west-2")
        let evacuated = try await tool.run(line: "evacuate us-west-2")
        #expect(evacuated.output == "us-west-2 is evacuated until `regionctl restore us-west-2`.\n")
        #expect(self.region(of: try await tool.run(line: "get k --json")) == "us-east-1")
        try await tool.run(line: "restore us-west-2")
        #expect(self.region(of: try await tool.run(line: "get k --json")) == "us-west-2")
        #expect(!tool.exists("regionkit-control.json"))
    }

    @Test func `a preferred region goes first until its time is over`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "prefer us-east-1 --for 10m")
        let route = try await tool.run(line: "explain get k --json")
        let stops = try #require(route.document?["stops"] as? [[String: Any]])
        #expect(stops.first?["region"] as? String == "us-east-1")
        #expect(stops.first?["reason"] as? String == "preferred by hand")
        #expect(stops.compactMap { $0["status"] as? String } == ["healthy", "healthy"])
        try await tool.run(line: "prefer us-east-1 --for 1ms")
        #expect(self.region(of: try await tool.run(line: "get k --json")) == "us-west-2")
        // What is over is not kept.
        let evacuated = try await tool.run(line: "evacuate us-west-2 --json")
        #expect(evacuated.document?["preferred"] is NSNull)
    }

    @Test func `an evacuated region cannot be preferred, and evacuating one ends its preference`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "prefer us-east-1")
        let evacuated = try await tool.run(line: "evacuate us-east-1 --json")
        #expect(evacuated.document?["preferred"] is NSNull)
        let outcome = try await tool.run(line: "prefer us-east-1")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("us-east-1 is evacuated, nothing goes there; `regionctl restore us-east-1`"))
        let other = try await tool.run(line: "prefer us-west-2 --json")
        #expect(other.names("evacuated") == ["us-east-1"])
    }

    @Test func `the last region is not evacuated, and nothing is changed`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "evacuate us-west-2")
        #expect(try await tool.run(line: "evacuate us-east-1").code == 2)
        let outcome = try await tool.run(line: "evacuate us-west-2 --json")
        #expect(outcome.names("evacuated") == ["us-west-2"])
    }

    @Test func `a region that left the configuration can still be restored`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.configure(regions: ["us-west-2", "us-east-1"])
        try await tool.run(line: "evacuate us-east-1")
        try tool.configure(regions: ["us-west-2"])
        let outcome = try await tool.run(line: "restore us-east-1")
        #expect(outcome.output == "us-east-1 is not evacuated any more.\n")
    }

    @Test func `a control file that is none is named, with what to do`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try tool.write("{\"evacuated\": 1}", to: "regionkit-control.json")
        for line in ["evacuate us-west-2", "get k", "status"] {
            let outcome = try await tool.run(line: line)
            #expect(outcome.code == 2)
            #expect(
                outcome.errors.contains("regionkit-control.json: evacuated: found 1; allowed is a list; correct it")
            )
        }
    }

    @Test func `a retired region is forgotten when it has left the configuration`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.configure(regions: ["us-west-2", "us-east-1", "eu-west-1"])
        try await tool.run(line: "put k --item {} --wait-replicated")
        try await tool.run(line: "prefer eu-west-1")
        #expect(try await tool.run(line: "forget eu-west-1").code == 2)
        try tool.configure(regions: ["us-west-2", "us-east-1"])
        let mistyped = try await tool.run(line: "forget eu-wset-1 --json")
        #expect(mistyped.code == 1)
        #expect(
            mistyped.errorMessage == "no region remembers eu-wset-1; retired and still remembered: eu-west-1."
        )
        let outcome = try await tool.run(line: "forget eu-west-1 --json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.names("pending") == [])
        #expect(try await Schemas.problems(of: [("forget", outcome.output)], tool) == [])
        #expect(!tool.exists("regionkit-control.json"))
        #expect(tool.exists("data/eu-west-1.sqlite"))
        for region in ["us-west-2", "us-east-1"] {
            let store = try SQLiteStore.open(
                SQLiteStore.Configuration(
                    path: tool.folder.appending(path: "data/\(region).sqlite").path,
                    region: Region(region),
                    schema: TableSchema(name: "notes", partitionKey: "id")
                )
            )
            let status = try await store.status(in: AttemptContext(within: .seconds(5)))
            await store.shutdown()
            #expect(status.cursors.keys.contains("eu-west-1") == false)
            #expect(status.cursors.count == 1)
        }
    }

    @Test func `nothing is forgotten while regions are hidden`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(["forget", "us-east-1"], environment: ["REGIONKIT_MULTI_REGION": "false"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("REGIONKIT_MULTI_REGION=false hides regions"))
    }

    @Test func `a region whose peers are away takes writes once it is adopted`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "put k --item {} --wait-replicated")
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(at: tool.folder.appending(path: "data/us-east-1.sqlite\(suffix)"))
        }
        try await tool.run(line: "fault us-west-2 outage")
        let refused = try await tool.run(line: "put l --item {} --json")
        #expect(refused.code == 3)
        let notes = try await tool.run(line: "status --json").names("notes") ?? []
        #expect(notes.contains { $0.hasPrefix("us-west-2: ") && $0.contains("emulates an outage") }, "\(notes)")
        #expect(notes.contains { $0.hasPrefix("us-east-1: notReady") && $0.contains("`regionctl adopt us-east-1`") })
        let adopted = try await tool.run(line: "adopt us-east-1 --json")
        #expect(adopted.document?["adopted"] as? Bool == true, "\(adopted.errors)")
        #expect(self.region(of: try await tool.run(line: "put l --item {} --json")) == "us-east-1")
        // The peer's writes arrive when it is back.
        try await tool.run(line: "fault us-west-2 clear")
        let again = try await tool.run(line: "put m --item {} --json --region us-east-1 --wait-replicated")
        #expect(again.names("pending") == [])
        let repeated = try await tool.run(line: "adopt us-east-1 --json")
        #expect(repeated.document?["adopted"] as? Bool == false)
    }
}
