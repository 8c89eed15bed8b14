import Policies
import RegionKitCore
import Testing

@Suite struct LatencyTests {
    private func snapshot(_ latencies: [Double?], inFlight: [Int] = []) -> RegionSnapshot {
        RegionSnapshot(
            regions: latencies.enumerated().map { index, latency in
                RegionState(
                    region: Region("region-\(index)"),
                    latency: latency.map { .nanoseconds(Int64($0 * 1_000_000)) },
                    inFlight: inFlight.indices.contains(index) ? inFlight[index] : 0
                )
            }
        )
    }

    /// The regions chosen over many random draws.
    private func choices(_ snapshot: RegionSnapshot, from candidates: RegionSet) -> Set<Int?> {
        var generator = SystemRandomNumberGenerator()
        return Set(
            (0..<400).map { _ in
                let request = RoutingRequest(kind: .read, table: "t", random: generator.next())
                return Latency().choose(for: request, from: candidates, in: snapshot)
            }
        )
    }

    @Test func `R5 regions within 15 ms of the lowest share the reads`() {
        #expect(self.choices(self.snapshot([20, 5, 19.9, 80]), from: [0, 1, 2, 3]) == [0, 1, 2])
        #expect(self.choices(self.snapshot([20.1, 5, 80]), from: [0, 1, 2]) == [1])
    }

    @Test func `R5 of two drawn regions the one with fewer operations under way is taken`() {
        let snapshot = self.snapshot([5, 6, 7], inFlight: [9, 0, 9])
        #expect(self.choices(snapshot, from: [0, 1]) == [1])
        #expect(self.choices(snapshot, from: [0, 2]) == [0, 2], "equals are drawn by chance")
    }

    @Test func `H6 a region that was never reached never ranks as the fastest`() {
        #expect(self.choices(self.snapshot([nil, 40, nil]), from: [0, 1, 2]) == [1])
        #expect(self.choices(self.snapshot([nil, nil]), from: [0, 1]) == [0], "without any sample, configured order")
    }

    @Test func `R1 any candidates and any snapshot give an answer among the candidates`() {
        #expect(self.choices(self.snapshot([1, 2]), from: []) == [nil])
        #expect(self.choices(self.snapshot([]), from: [3]) == [3])
        #expect(self.choices(self.snapshot([1, 2, 3]), from: [2]) == [2])
    }

    @Test func `R7 a read-write split asks each policy for its own kind`() {
        let policy: some RoutingPolicy = .readWriteSplit(reads: .latency, writes: .primaryFirst)
        let snapshot = self.snapshot([90, 5])
        #expect(policy.choose(for: RoutingRequest(kind: .read, table: "t"), from: [0, 1], in: snapshot) == 1)
        #expect(policy.choose(for: RoutingRequest(kind: .write, table: "t"), from: [0, 1], in: snapshot) == 0)
        #expect("\(policy)" == "read-write(latency, primary-first)")
    }
}
