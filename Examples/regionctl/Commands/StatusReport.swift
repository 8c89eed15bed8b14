internal import Foundation
internal import RegionKitCore

/// How the regions of a table do at one moment.
struct StatusReport: Sendable {
    /// Who carries changes between the regions.
    enum Replication: String {
        case here
        case elsewhere
        case nobody
    }

    var regions: [RegionHealth]
    /// Where reads go; nil when only unhealthy regions are left.
    var reads: Region?
    /// Where writes go.
    var writes: Region?
    /// How far the regions are apart, where that is known.
    var distances: [Region: ReplicaDistance] = [:]
    /// Nil while nobody can tell.
    var replication: Replication?
    /// What else an operator should know.
    var notes: [String] = []
    var wallMilliseconds: Int64

    /// Whether some region serves reads and writes.
    var isServing: Bool {
        self.regions.contains { $0.reads != .unhealthy && $0.writes != .unhealthy && !$0.isEvacuated }
    }

    var json: JSON {
        [
            "regions": .array(
                self.regions.map { health in
                    [
                        "name": .string(health.region.name),
                        "role": .string(Self.role(health)),
                        "status": .string(health.status.rawValue),
                        "reads": .string(health.reads.rawValue),
                        "writes": .string(health.writes.rawValue),
                        "latencyMs": JSON(health.latency) { .number($0.milliseconds) },
                        "errorCount": .integer(health.errorCount),
                        "lastCheck": JSON(health.sinceLastCheck) {
                            .number(Double(self.wallMilliseconds) - $0.milliseconds.rounded())
                        },
                        "lagMs": JSON(self.lag(of: health)) { .number($0.milliseconds) },
                        "atRisk": JSON(self.distances[health.region]?.atRisk) { .integer($0) },
                        "isEvacuated": .bool(health.isEvacuated),
                        "isPreferred": .bool(health.isPreferred),
                        "readShare": .number(health.readShare),
                    ]
                }
            ),
            "active": [
                "reads": JSON(self.reads) { .string($0.name) },
                "writes": JSON(self.writes) { .string($0.name) },
            ],
            "replication": JSON(self.replication) { .string($0.rawValue) },
            "notes": .array(self.notes.map(JSON.string)),
        ]
    }

    func lines(for console: Console) -> [String] {
        let lines = self.table.lines(for: console)
        guard console.isTerminal else { return lines + self.notes }
        return lines + self.remarks(width: Console.width).map { $0.text(for: console) }
    }

    /// A row per region.
    var table: Table {
        var table = Table(columns: [
            ("region", .left), ("role", .left), ("reads", .left), ("writes", .left), ("latency", .right),
            ("errors", .right), ("checked", .right), ("lag", .right), ("at risk", .right),
        ])
        for health in self.regions {
            let distance = self.distances[health.region]
            table.rows.append([
                Table.Cell(health.region.name, .bold),
                Table.Cell(Self.role(health)),
                Table.Cell(health.reads.rawValue, health.reads.style),
                Table.Cell(health.writes.rawValue, health.writes.style),
                Table.Cell(health.latency?.brief ?? "–"),
                Table.Cell("\(health.errorCount)", health.errorCount > 0 ? .red : nil),
                Table.Cell(health.sinceLastCheck.map { $0 < .seconds(1) ? "now" : $0.brief } ?? "never"),
                Table.Cell(self.lag(of: health)?.brief ?? "–"),
                Table.Cell(distance?.atRisk?.grouped ?? "–"),
            ])
        }
        return table
    }

    /// How far a region is behind, as its files tell, else as the store measured it.
    private func lag(of health: RegionHealth) -> Duration? {
        self.distances[health.region]?.lag ?? health.replicationLag
    }

    /// What stands below the table.
    func remarks(width: Int) -> [Line] {
        let reads = self.reads?.name ?? "nowhere"
        let writes = self.writes?.name ?? "nowhere"
        let route = reads == writes ? "Reads and writes go to \(reads)." : "Reads go to \(reads), writes to \(writes)."
        let carrier: String? =
            switch self.replication {
            case .here: "Changes are carried by this process."
            case .elsewhere: "Changes are carried by another process."
            case .nobody: "Nobody carries changes between the regions now; `regionctl replicate` does."
            case nil: nil
            }
        return self.notes.flatMap { $0.wrapped(to: width) }.map { Line($0, .yellow) }
            + [Line(), Line(route)] + (carrier.map { [Line($0, .dim)] } ?? [])
    }

    private static func role(_ health: RegionHealth) -> String { health.isPrimary ? "primary" : "replica" }
}

extension StatusReport {
    /// What a table's store says now.
    init(
        _ table: OpenTable,
        distances: [Region: ReplicaDistance],
        replication: Replication?,
        notes: [String] = [],
        time: any TimeSource = SystemTime()
    ) throws(RegionError) {
        let regions = table.store.health()
        self.init(
            regions: regions,
            reads: try Self.active(table.store, .scan(Scan()), regions),
            writes: try Self.active(table.store, .write(Write(.delete(table.configuration.schema.someKey))), regions),
            distances: distances,
            replication: replication,
            notes: table.deployment.notes + notes + regions.flatMap(Self.control),
            wallMilliseconds: time.wallMilliseconds
        )
    }

    private static func control(_ health: RegionHealth) -> [String] {
        let region = health.region
        let ends = "`regionctl restore \(region)` ends that."
        return (health.isEvacuated ? ["\(region) is evacuated by hand: nothing goes there; \(ends)"] : [])
            + (health.isPreferred ? ["\(region) is preferred by hand; \(ends)"] : [])
    }

    /// Where a request would go; nil when only unhealthy regions are left.
    private static func active(
        _ store: MultiRegionStore,
        _ request: BackendRequest,
        _ regions: [RegionHealth]
    ) throws(RegionError) -> Region? {
        let isRead = request.kind == .read
        let fit = regions.filter { (isRead ? $0.reads : $0.writes) != .unhealthy }
        let order = try store.explain(request).order.compactMap { region in fit.first { $0.region == region } }
        // A region whose reads are still returning has some of them by chance.
        return (order.first { !isRead || $0.readShare == 1 } ?? order.first)?.region
    }
}

extension RegionStatus {
    /// How it is shown.
    var style: Console.Style {
        switch self {
        case .healthy: .green
        case .unknown, .degraded: .yellow
        case .unhealthy: .red
        }
    }
}

extension TableSchema {
    /// A key that fits the table, for asking where a write would go.
    fileprivate var someKey: Key {
        func value(_ kind: AttributeValue.Kind) -> AttributeValue {
            switch kind {
            case .number: 0
            case .binary: .binary([0])
            default: "x"
            }
        }
        return Key(value(self.partitionKey.kind), sort: self.sortKey.map { value($0.kind) })
    }
}
