import RegionKitCore
import Testing

@testable import regionctl

@Suite struct WatchStateTests {
    private static let plain = Console(isJSON: false, isTerminal: true, usesColour: false)
    private static let coloured = Console(isJSON: false, isTerminal: true, usesColour: true)
    private static let wall: Int64 = 1_783_080_221_000
    private static let title = "worksets in 3 regions, primary-first"

    private static func at(_ seconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: Int64(seconds * 1e9))
    }

    private static func health(
        _ region: Region,
        _ reads: RegionStatus = .healthy,
        _ writes: RegionStatus = .healthy,
        _ change: (inout RegionHealth) -> Void = { _ in }
    ) -> RegionHealth {
        var health = RegionHealth(region: region, isPrimary: region == "us-west-2", reads: reads, writes: writes)
        health.latency = .microseconds(420)
        health.sinceLastCheck = .milliseconds(300)
        change(&health)
        return health
    }

    private static func report(
        _ regions: [RegionHealth],
        reads: Region? = "us-west-2",
        writes: Region? = "us-west-2",
        notes: [String] = [],
        after seconds: Int64 = 0
    ) -> StatusReport {
        StatusReport(
            regions: regions,
            reads: reads,
            writes: writes,
            distances: ["us-west-2": ReplicaDistance(lag: .zero, atRisk: 1234), "us-east-1": ReplicaDistance()],
            notes: notes,
            wallMilliseconds: Self.wall + seconds * 1000
        )
    }

    /// The primary has failed and its traffic returns; one region is evacuated.
    private static func failingBack() -> WatchState {
        var state = WatchState(title: Self.title)
        let replicas = [self.health("us-east-1"), self.health("eu-west-1") { $0.isEvacuated = true }]
        for (second, microseconds) in [300, 400, 1600, 400].enumerated() {
            for region in replicas.map(\.region) {
                state.checked(region, .latency(.microseconds(microseconds)), at: self.at(Double(second + 1)))
            }
        }
        state.checked("us-west-2", .latency(.microseconds(400)), at: self.at(0))
        state.checked("us-west-2", .fault, at: self.at(1))
        state.checked("us-west-2", .fault, at: self.at(2))
        let down = self.health("us-west-2", .unhealthy, .unhealthy) { $0.errorCount = 2 }
        _ = state.update(
            self.report([down] + replicas, reads: "us-east-1", writes: "us-east-1", after: 2),
            at: self.at(4.1)
        )
        state.checked("us-west-2", .latency(.microseconds(400)), at: self.at(5))
        let returning = self.health("us-west-2") {
            $0.isRecovering = true
            $0.readShare = 0.5
        }
        _ = state.update(
            self.report([returning] + replicas, reads: "us-east-1", writes: "us-west-2", after: 5),
            at: self.at(5)
        )
        return state
    }

    private func text(_ state: WatchState, _ size: Screen.Size = .init(), _ console: Console = plain) -> [String] {
        state.lines(size).map { $0.cut(to: size.columns).text(for: console) }
    }

    @Test func `the screen shows health, the last checks, where traffic goes and what changed`() {
        #expect(
            self.text(Self.failingBack()) == [
                "worksets in 3 regions, primary-first                                   12:03:46Z",
                "",
                "region    role    reads     writes    latency errors checked    lag at risk",
                "us-west-2 primary healthy   healthy   0.42 ms      0     now   0 ms   1,234",
                "  ▃××·▃  reads 50 % back",
                "us-east-1 replica healthy   healthy   0.42 ms      0     now      –       –",
                "  ▂▃█▃  up to 1.6 ms",
                "eu-west-1 replica healthy   healthy   0.42 ms      0     now      –       –",
                "  ▂▃█▃  evacuated",
                "",
                "Reads go to us-east-1, writes to us-west-2.",
                "",
                "12:03:43Z  us-west-2  unhealthy",
                "12:03:43Z  us-east-1  healthy, serves reads and writes",
                "12:03:43Z  eu-west-1  healthy, evacuated",
                "12:03:46Z  us-west-2  healthy, reads 50 % back, serves writes",
                "12:03:46Z  us-east-1  healthy, serves reads",
            ]
        )
    }

    @Test func `faults and bad states are red, what is good is green`() {
        let lines = self.text(Self.failingBack(), Screen.Size(), Self.coloured)
        #expect(
            lines[4] == "  \u{1B}[32m▃\u{1B}[0m\u{1B}[31m××\u{1B}[0m\u{1B}[2m·\u{1B}[0m\u{1B}[32m▃\u{1B}[0m"
                + "\u{1B}[33m  reads 50 % back\u{1B}[0m"
        )
        #expect(lines[12].hasSuffix("\u{1B}[31munhealthy\u{1B}[0m"))
        #expect(lines[16].hasSuffix("\u{1B}[32mhealthy, serves reads\u{1B}[0m"))
    }

    @Test(arguments: [
        (80, 24, 17), (80, 14, 14), (80, 11, 11), (80, 10, 10), (80, 8, 8), (80, 5, 5), (30, 24, 17), (1, 1, 1),
    ])
    func `a small terminal shows less, the latest events and the route first`(_ columns: Int, _ rows: Int, _ count: Int)
    {
        let lines = self.text(Self.failingBack(), Screen.Size(columns: columns, rows: rows))
        #expect(lines.count == count)
        #expect(lines.allSatisfy { $0.count <= columns })
        if rows > 10 { #expect(lines.contains { $0.contains("××") }) }
        if columns == 80 { #expect(lines.contains("Reads go to us-east-1, writes to us-west-2.")) }
        if rows == 14 { #expect(lines.last == "12:03:46Z  us-east-1  healthy, serves reads") }
    }

    @Test func `notes stand between the table and the route`() {
        var state = WatchState(title: Self.title)
        _ = state.update(Self.report([Self.health("us-west-2")], notes: ["Mind the gap."]), at: Self.at(0))
        #expect(
            self.text(state)[4...] == [
                "    ", "Mind the gap.", "", "Reads and writes go to us-west-2.", "",
                "12:03:41Z  us-west-2  healthy, serves reads and writes",
            ]
        )
    }

    @Test func `before anything is known the screen says so`() {
        #expect(self.text(WatchState(title: "t")) == ["t", "Opening the regions …"])
    }

    @Test func `what stays the same is no change, and neither is that nothing is known at first`() {
        var state = WatchState(title: Self.title)
        let unknown = Self.report([RegionHealth(region: "us-west-2")], reads: nil, writes: nil)
        #expect(state.update(unknown, at: Self.at(0)).isEmpty)
        let healthy = Self.report([Self.health("us-west-2")])
        let rows = state.update(healthy, at: Self.at(1)).map(\.row)
        #expect(rows == ["2026-07-03T12:03:41Z\tus-west-2\thealthy, serves reads and writes"])
        var slower = healthy
        slower.regions[0].latency = .milliseconds(400)
        slower.regions[0].errorCount = 1
        #expect(state.update(slower, at: Self.at(2)).isEmpty)
        #expect(state.events.count == 1)
    }

    @Test(arguments: [
        (
            RegionStatus.unhealthy, RegionStatus.healthy, false, 1.0,
            "reads unhealthy, writes healthy, serves reads and writes"
        ),
        (.healthy, .healthy, true, 0, "healthy, awaits its traffic, serves reads and writes"),
        (.healthy, .unhealthy, true, 0.1, "reads healthy, writes unhealthy, reads 10 % back, serves reads and writes"),
        (.unhealthy, .unhealthy, true, 0, "unhealthy, serves reads and writes"),
    ])
    func `a region's state is a few words`(
        _ reads: RegionStatus,
        _ writes: RegionStatus,
        _ isRecovering: Bool,
        _ share: Double,
        _ text: String
    ) {
        let health = Self.health("us-west-2", reads, writes) {
            $0.isRecovering = isRecovering
            $0.readShare = share
        }
        let report = Self.report([health])
        #expect(report.summary(of: health) == text)
    }

    @Test func `memory is bounded, and the newest stays`() {
        var state = WatchState(title: Self.title)
        for second in 0..<1000 {
            state.checked("us-west-2", second == 999 ? .fault : .latency(.milliseconds(1)), at: Self.at(Double(second)))
            state.happened(LogEntry(wallMilliseconds: Int64(second), text: "\(second)"))
        }
        #expect(state.marks["us-west-2"]?.count == WatchState.markLimit)
        #expect(state.marks["us-west-2"]?.last == .fault)
        #expect(state.events.count == WatchState.eventLimit)
        #expect(state.events.last?.text == "999")
    }

    @Test func `a region that is left alone is shown as not checked, second by second`() {
        var state = WatchState(title: Self.title)
        let report = Self.report([Self.health("us-west-2", .unhealthy, .unhealthy)])
        state.checked("us-west-2", .fault, at: Self.at(0))
        for tick in 1...20 { _ = state.update(report, at: Self.at(Double(tick) / 5)) }
        #expect(state.marks["us-west-2"] == [.fault, .none, .none, .none])
    }
}
