import RegionKitCore
import Testing
import Worksets

@testable import regionctl

@Suite struct VerificationTests {
    private static let regions: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]

    private static func version(_ time: Int64) -> Version {
        Version(timestamp: HybridTimestamp(milliseconds: time), origin: Origin("us-west-2"))
    }

    private static func row(_ key: String, _ states: [String], at time: Int64) -> ReplicaRow {
        let item: Item = [
            "workset_id": .string(key), "state": .string(states.last ?? ""), "bucket": "giab",
            "state_history": .list(states.map { ["state": .string($0)] }),
        ]
        return ReplicaRow(
            key: Key(.string(key)),
            item: item,
            version: self.version(time),
            operation: OperationID(high: 0, low: 0)
        )
    }

    /// Two worksets: one registered and moved on, one registered.
    private static let promises: [String: Ledger.Record] = [
        "HG001": Ledger.Record(
            versions: [version(1), version(3)],
            fields: ["bucket": .string("giab"), "lock_owner": nil],
            history: ["ready", "in_progress"]
        ),
        "HG002": Ledger.Record(versions: [version(2)], fields: ["bucket": .string("giab")], history: ["ready"]),
    ]

    private static let kept: [Region: [String: ReplicaRow]] = Dictionary(
        uniqueKeysWithValues: regions.map { region in
            (
                region,
                ["HG001": row("HG001", ["ready", "in_progress"], at: 3), "HG002": row("HG002", ["ready"], at: 2)]
            )
        }
    )

    @Test func `writes that are in every region are not lost`() {
        let verification = Verification(Self.promises, Self.kept)
        #expect(verification.acknowledged == 3)
        #expect(verification.losses.isEmpty)
        #expect(verification.areEqual)
        #expect(verification.records == 2)
    }

    @Test(arguments: regions) func `a row missing in one region is a loss of all its writes`(_ region: Region) {
        var rows = Self.kept
        rows[region]?["HG001"] = nil
        let verification = Verification(Self.promises, rows)
        #expect(verification.losses.map(\.key) == ["HG001", "HG001"])
        #expect(!verification.areEqual)
    }

    @Test func `a row that is missing everywhere is noticed though regions are equal`() {
        let verification = Verification(Self.promises, Self.kept.mapValues { $0.filter { $0.key != "HG002" } })
        #expect(verification.losses == [Verification.Loss(key: "HG002", version: Self.version(2))])
        #expect(verification.areEqual)
    }

    @Test(arguments: [
        ("an older version", row("HG001", ["ready"], at: 1)),
        ("the right version with other content", row("HG001", ["ready"], at: 3)),
        ("a newer version that nobody was promised", row("HG001", ["ready", "in_progress", "error"], at: 9)),
        (
            "a deletion",
            ReplicaRow(key: "HG001", item: nil, version: version(9), operation: OperationID(high: 0, low: 0))
        ),
    ])
    func `the newest write is lost where its region holds something else`(_ what: String, _ row: ReplicaRow) {
        var rows = Self.kept
        rows["eu-west-1"]?["HG001"] = row
        let losses = Verification(Self.promises, rows).losses
        #expect(losses.contains(Verification.Loss(key: "HG001", version: Self.version(3))), "\(what)")
    }

    @Test func `a write without an answer may have replaced those before it`() {
        var promises = Self.promises
        promises["HG001"]?.hasOpenWrite = true
        let rows = Self.kept.mapValues { rows in
            rows.merging(["HG001": Self.row("HG001", ["ready", "in_progress", "complete"], at: 9)]) { $1 }
        }
        #expect(Verification(promises, rows).losses.isEmpty)
        promises["HG001"]?.hasOpenWrite = false
        #expect(Verification(promises, rows).losses.count == 2)
    }

    @Test func `an acknowledged write without a version counts as lost`() {
        let ledger = Ledger()
        ledger.acknowledged("HG001", nil, state: .ready, at: MonotonicInstant(nanoseconds: 0))
        #expect(Verification(ledger.records, Self.kept).losses.count == 1)
    }

    @Test func `a lost write fails the demo`() {
        func report(_ rows: [Region: [String: ReplicaRow]]) -> DemoReport {
            DemoReport(
                settings: DemoSettings(seed: 1),
                counts: Tally.Counts(),
                verification: Verification(Self.promises, rows),
                failover: .milliseconds(1),
                failback: .seconds(3),
                hasSettled: true,
                integrity: [],
                timeline: []
            )
        }
        #expect(report(Self.kept).isGood)
        let poorer = report(Self.kept.mapValues { $0.filter { $0.key != "HG002" } })
        #expect(!poorer.isGood)
        #expect("\(poorer.json)".contains("\"lostWrites\":1"))
    }
}
