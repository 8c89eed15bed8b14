import Foundation
import Testing

@Suite struct MetricsTests {
    @Test func `O1 a bench with emf writes metrics to standard error, and its document alone to standard output`()
        async throws
    {
        let tool = try Tool.deployed(more: #", "metrics": "emf""#)
        defer { tool.remove() }
        let outcome = try await tool.run(line: "bench --for 1s --rate 50 --reads 50% --json")
        #expect(outcome.code == 0 && outcome.document?["operations"] as? Int == 50)
        let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("{\"_aws\":") }
        var metrics: Set<String> = []
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            metrics.formUnion(["RegionLatency", "RegionHealth"].filter { object?[$0] != nil })
        }
        #expect(metrics == ["RegionLatency", "RegionHealth"])
    }

    @Test func `commands that are over at once make no metrics`() async throws {
        let tool = try Tool.deployed(more: #", "metrics": "emf""#)
        defer { tool.remove() }
        let outcome = try await tool.run(line: "get a --json")
        #expect(!outcome.errors.contains("_aws"))
    }
}
