internal import BackendSQLite
internal import RegionKitCore

/// What `status` found out.
struct StatusReport {
    let regions: [RegionHealth]
    let reads: Region?
    let writes: Region?
    private let wallMilliseconds: Int64
    private let gauge: ReplicationGauge
    private let notes: [String]

    /// Probes the regions of a store.
    init(
        _ store: MultiRegionStore,
        _ deployment: Deployment,
        _ configuration: DeploymentConfiguration,
        time: any TimeSource = SystemTime()
    ) async throws {
        async let gauge = ReplicationGauge(deployment.stores)
        for _ in 0..<configuration.store.health.failoverThreshold {
            await store.probe()
            try Task.checkCancellation()
            if store.health().allSatisfy({ $0.status == .healthy }) { break }
        }
        self.regions = store.health()
        self.wallMilliseconds = time.wallMilliseconds
        self.gauge = await gauge
        self.notes = deployment.notes
        self.reads = try Self.active(store, .scan(Scan()), self.regions)
        self.writes = try Self.active(store, .write(Write(.delete(Self.someKey(configuration.schema)))), self.regions)
    }

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
                        "lagMs": JSON(self.gauge.lags[health.region]) { .number($0.milliseconds) },
                    ]
                }
            ),
            "active": [
                "reads": JSON(self.reads) { .string($0.name) },
                "writes": JSON(self.writes) { .string($0.name) },
            ],
        ]
    }

    func lines(for console: Console) -> [String] {
        var table = Table(columns: [
            ("region", .left), ("role", .left), ("reads", .left), ("writes", .left), ("latency", .right),
            ("errors", .right), ("last check", .right), ("lag", .right), ("at risk", .right),
        ])
        for health in self.regions {
            table.rows.append([
                Table.Cell(health.region.name, .bold),
                Table.Cell(Self.role(health)),
                Self.cell(health.reads),
                Self.cell(health.writes),
                Table.Cell(health.latency?.brief ?? "–"),
                Table.Cell("\(health.errorCount)", health.errorCount > 0 ? .red : nil),
                Table.Cell(health.sinceLastCheck.map { $0 < .seconds(1) ? "now" : "\($0.brief) ago" } ?? "never"),
                Table.Cell(self.gauge.lags[health.region]?.brief ?? "–"),
                Table.Cell(self.gauge.atRisk[health.region].map { $0.grouped } ?? "–"),
            ])
        }
        var lines = table.lines(for: console)
        guard console.isTerminal else { return lines + self.notes }
        lines += self.notes.flatMap { $0.wrapped() }.map { console.styled($0, .yellow) }
        let reads = self.reads?.name ?? "nowhere"
        let writes = self.writes?.name ?? "nowhere"
        lines += [
            "", reads == writes ? "Reads and writes go to \(reads)." : "Reads go to \(reads), writes to \(writes).",
        ]
        return lines
    }

    private static func role(_ health: RegionHealth) -> String { health.isPrimary ? "primary" : "replica" }

    private static func cell(_ status: RegionStatus) -> Table.Cell {
        let style: Console.Style =
            switch status {
            case .healthy: .green
            case .unknown, .degraded: .yellow
            case .unhealthy: .red
            }
        return Table.Cell(status.rawValue, style)
    }

    /// Where a request would go; nil when only unhealthy regions are left.
    private static func active(
        _ store: MultiRegionStore,
        _ request: BackendRequest,
        _ regions: [RegionHealth]
    ) throws(RegionError) -> Region? {
        let fit = regions.filter { (request.kind == .read ? $0.reads : $0.writes) != .unhealthy }.map(\.region)
        return try store.explain(request).order.first { fit.contains($0) }
    }

    private static func someKey(_ schema: TableSchema) -> Key {
        func value(_ kind: AttributeValue.Kind) -> AttributeValue {
            switch kind {
            case .number: 0
            case .binary: .binary([0])
            default: "x"
            }
        }
        return Key(value(schema.partitionKey.kind), sort: schema.sortKey.map { value($0.kind) })
    }
}
