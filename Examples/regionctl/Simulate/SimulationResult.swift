internal import RegionKitCore
internal import RegionKitTesting

/// What came of a series of simulations.
struct SimulationResult: Sendable {
    /// What came of one policy, seed by seed.
    struct Outcome: Sendable {
        let policy: String
        let reports: [SimulationReport]

        var violations: [(seed: UInt64, violation: SimulationReport.Violation)] {
            self.reports.flatMap { report in report.violations.map { (report.seed, $0) } }
        }

        var lostWrites: Int { self.reports.reduce(0) { $0 + $1.lostWrites } }
    }

    let scenario: Scenario
    let outcomes: [Outcome]

    private static let shownViolations = 50

    var exit: ExitCode {
        self.outcomes.allSatisfy { $0.violations.isEmpty && $0.lostWrites == 0 } ? .done : .no
    }

    /// The first seed's timelines, a lane for each policy.
    var picture: SimulationPicture {
        SimulationPicture(scenario: self.scenario, reports: self.outcomes.compactMap(\.reports.first))
    }

    // MARK: - Text

    func print(to console: Console) {
        for table in self.tables(width: console.isTerminal ? Console.width : .max) {
            table.lines(for: console).forEach { console.line($0) }
            console.line()
        }
        for line in self.verdict { console.line(console.styled(line.text.harmless, line.style)) }
    }

    /// A row for each policy; as many columns beside each other as a width takes.
    func tables(width: Int) -> [Table] {
        let policies = self.outcomes.map { Self.cut($0.policy, to: width == .max ? .max : 30) }
        let first = (policies.map(\.columns).max() ?? 0)
        var tables: [Table] = []
        var rest = 0
        for measure in SimulationMeasure.all {
            let cells = self.outcomes.map { measure.text(of: $0.reports) }
            let needed = max(measure.title.columns, cells.map(\.columns).max() ?? 0) + 2
            if tables.isEmpty || needed > rest {
                tables.append(Table(columns: [("policy", .left)], rows: policies.map { [Table.Cell($0, .bold)] }))
                rest = width - max(first, 6)
            }
            rest -= needed
            let last = tables.count - 1
            tables[last].columns.append((measure.title, .right))
            for (row, cell) in cells.enumerated() { tables[last].rows[row].append(Table.Cell(cell)) }
        }
        return tables
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.columns <= width ? text : text.prefix(columns: width - 1) + "…"
    }

    /// What was promised and not kept.
    var verdict: [(text: String, style: Console.Style)] {
        var lines: [(text: String, style: Console.Style)] = []
        for outcome in self.outcomes {
            if let first = outcome.reports.first(where: { $0.lostWrites > 0 }) {
                let text = "\(outcome.lostWrites.grouped) acknowledged writes were lost, first with seed \(first.seed)."
                lines.append(("\(outcome.policy): \(text)", .red))
            }
            let apart = outcome.reports.filter { !$0.isConverged }
            if let first = apart.first {
                let text =
                    "the regions differ at the end of \(apart.count.grouped) of \(outcome.reports.count.grouped) runs, first with seed \(first.seed)."
                lines.append(("\(outcome.policy): \(text)", .yellow))
            }
            let violations = outcome.violations
            for (seed, violation) in violations.prefix(Self.shownViolations) {
                let time = violation.time.brief
                lines.append(
                    ("\(outcome.policy), seed \(seed): \(violation.promise) at \(time): \(violation.message)", .red)
                )
            }
            if violations.count > Self.shownViolations {
                let more = (violations.count - Self.shownViolations).grouped
                lines.append(("\(outcome.policy): \(more) more; --json tells them all.", .red))
            }
        }
        guard self.exit == .done else { return lines }
        return lines + [("All promises were kept, and no acknowledged write was lost.", .green)]
    }

    // MARK: - JSON

    var json: JSON {
        [
            "scenario": .string(self.scenario.name),
            "regions": .array(self.scenario.regions.map { .string($0.name) }),
            "seeds": .array(self.outcomes.first?.reports.map { .integer(Int($0.seed)) } ?? []),
            "policies": .array(self.outcomes.map(Self.json)),
        ]
    }

    private static func json(_ outcome: Outcome) -> JSON {
        let measures = SimulationMeasure.all.filter { $0.name != "violations" }
        var codes: [String: Int] = [:]
        for report in outcome.reports {
            for (code, count) in report.errorCodes { codes[code.name, default: 0] += count }
        }
        return .object(
            [JSON.Member(name: "policy", value: .string(outcome.policy))]
                + measures.map { measure in
                    let spread = JSON(measure.spread(of: outcome.reports)) { spread in
                        [
                            "min": measure.json(spread.min), "median": measure.json(spread.median),
                            "max": measure.json(spread.max),
                        ]
                    }
                    return JSON.Member(name: measure.name, value: spread)
                } + [
                    JSON.Member(
                        name: "errorCodes",
                        value: .object(
                            codes.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .integer($0.value)) }
                        )
                    ),
                    JSON.Member(
                        name: "violations",
                        value: .array(
                            outcome.violations.map { seed, violation in
                                [
                                    "seed": .integer(Int(seed)), "promise": .string(violation.promise),
                                    "ms": .number(violation.time.milliseconds), "message": .string(violation.message),
                                ]
                            }
                        )
                    ),
                    JSON.Member(name: "runs", value: .array(outcome.reports.map(Self.json))),
                ]
        )
    }

    private static func json(_ report: SimulationReport) -> JSON {
        let hash = String(report.traceHash, radix: 16)
        return .object(
            [
                JSON.Member(name: "seed", value: .integer(Int(report.seed))),
                // As text: a number of 64 bits is none in many languages.
                JSON.Member(name: "traceHash", value: .string(String(repeating: "0", count: 16 - hash.count) + hash)),
                JSON.Member(name: "operations", value: .integer(report.operations)),
                JSON.Member(name: "converged", value: .bool(report.isConverged)),
            ] + SimulationMeasure.all.map { .init(name: $0.name, value: $0.json($0.value(report))) }
        )
    }
}
