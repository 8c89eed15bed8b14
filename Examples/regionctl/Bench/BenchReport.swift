internal import RegionKitCore

/// What a bench found out.
struct BenchReport: Sendable {
    let settings: BenchSettings
    let regions: [Region]
    let tally: BenchTally
    /// Operations that were due and could not begin before the end.
    let missed: Int
    /// Items with an acknowledged write.
    let acknowledged: Int
    /// How many of them hold less than what was acknowledged; nil when nobody can tell.
    let lost: Int?
    /// Items that could not be removed.
    let left: Int
    /// What the keys of the items begin with.
    let prefix: String
    let isInterrupted: Bool
    let events: JSON

    var exit: ExitCode {
        self.isInterrupted ? .interrupted : self.tally.failed > 0 || self.lost != 0 ? .no : .done
    }

    private var throughput: Double {
        Double(self.tally.operations) / max(0.001, self.tally.elapsed.milliseconds / 1000)
    }

    private func count(_ kind: OperationKind) -> Int { self.tally.latencies[kind]?.count ?? 0 }

    var json: JSON {
        [
            "seconds": .number(self.tally.elapsed.milliseconds / 1000),
            "rate": JSON(self.settings.rate) { .integer($0) },
            "concurrency": .integer(self.settings.concurrency),
            "operations": .integer(self.tally.operations),
            "reads": .integer(self.count(.read)),
            "writes": .integer(self.count(.write)),
            "errors": .integer(self.tally.failed),
            "errorsByCode": Self.object(self.tally.errors),
            "movedOn": .integer(self.tally.movedOn),
            "missed": .integer(self.missed),
            "perSecond": .number(self.throughput),
            "latencyMs": [
                "reads": Self.json(self.tally.latencies[.read]), "writes": Self.json(self.tally.latencies[.write]),
            ],
            "regions": .array(
                self.regions.map { region in
                    [
                        "name": .string(region.name),
                        "reads": .integer(self.tally.counts[.read]?[region] ?? 0),
                        "writes": .integer(self.tally.counts[.write]?[region] ?? 0),
                    ]
                }
            ),
            "writtenItems": .integer(self.acknowledged),
            "lostItems": JSON(self.lost) { .integer($0) },
            "itemsLeft": .integer(self.left),
            "interrupted": .bool(self.isInterrupted),
            "timeline": .array(
                self.tally.buckets.enumerated().map { index, bucket in
                    [
                        "ms": .number(self.tally.width.milliseconds * Double(index)),
                        "reads": Self.object(bucket.counts[.read]),
                        "writes": Self.object(bucket.counts[.write]),
                        "errors": .integer(bucket.errors),
                        "p99Ms": JSON(bucket.p99) { .number($0.milliseconds) },
                    ]
                }
            ),
            "events": self.events,
        ]
    }

    func print(to console: Console) {
        let (reads, writes) = (self.count(.read).grouped, self.count(.write).grouped)
        console.line(
            "\(self.tally.operations.grouped) operations in \(self.tally.elapsed.brief), \(Int(self.throughput.rounded()).grouped) a second: "
                + "\(reads) reads, \(writes) writes"
        )
        console.line()
        (self.latencies.lines(for: console) + [""] + self.routes.lines(for: console)).forEach { console.line($0) }
        console.line()
        let codes = self.tally.errors.sorted { $0.key < $1.key }.map { "\($0.value.grouped) \($0.key)" }
        let errors = self.tally.failed == 0 ? "No operation failed." : "Failed: \(codes.joined(separator: ", "))."
        console.line(console.styled(errors, self.tally.failed == 0 ? .green : .red))
        if self.missed > 0 {
            let text = "\(self.missed.grouped) were due and could not begin in time: the rate is too high."
            console.line(console.styled(text, .yellow))
        }
        if self.tally.movedOn > 0 {
            console.line("\(self.tally.movedOn.grouped) moved on to another region within the call.")
        }
        switch self.lost {
        case 0?:
            console.line("\(self.acknowledged.grouped) items were written; none lost an acknowledged write.")
        case let lost?:
            console.line(console.styled("\(lost.grouped) items lost an acknowledged write.", .red))
        case nil:
            let text = "Whether writes were lost is not known: not every region has received them yet."
            console.line(console.styled(text, .yellow))
        }
        if self.left > 0 {
            let text = "\(self.left.grouped) items could not be removed; their keys begin with \(self.prefix)."
            console.line(console.styled(text, .yellow))
        }
    }

    private var latencies: Table {
        var table = Table(columns: [("latency", .left)] + ["min", "p50", "p90", "p99", "max"].map { ($0, .right) })
        for (kind, name) in [(OperationKind.read, "reads"), (.write, "writes")] {
            guard let histogram = self.tally.latencies[kind], histogram.count > 0 else { continue }
            table.rows.append([Table.Cell(name)] + Self.figures(histogram).map { Table.Cell($1?.brief ?? "–") })
        }
        return table
    }

    /// What each region answered.
    private var routes: Table {
        var table = Table(columns: [("region", .left), ("reads", .right), ("writes", .right)])
        for region in self.regions {
            let cells = [OperationKind.read, .write].map { kind in
                Table.Cell((self.tally.counts[kind]?[region] ?? 0).grouped)
            }
            table.rows.append([Table.Cell(region.name, .bold)] + cells)
        }
        return table
    }

    private static func figures(_ histogram: Histogram) -> [(name: String, value: Duration?)] {
        [
            ("min", histogram.least), ("p50", histogram.quantile(0.5)), ("p90", histogram.quantile(0.9)),
            ("p99", histogram.quantile(0.99)), ("max", histogram.greatest),
        ]
    }

    private static func json(_ histogram: Histogram?) -> JSON {
        guard let histogram, histogram.count > 0 else { return .null }
        return .object(
            self.figures(histogram).map { figure in
                JSON.Member(name: figure.name, value: JSON(figure.value) { .number($0.milliseconds) })
            }
        )
    }

    private static func object(_ counts: [String: Int]) -> JSON {
        .object(counts.sorted { $0.key < $1.key }.map { JSON.Member(name: $0.key, value: .integer($0.value)) })
    }

    private static func object(_ counts: [Region: Int]?) -> JSON {
        self.object(Dictionary(uniqueKeysWithValues: (counts ?? [:]).map { ($0.key.name, $0.value) }))
    }
}
