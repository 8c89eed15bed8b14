internal import RegionKitCore

/// A demo's verdict.
struct DemoReport {
    let settings: DemoSettings
    let counts: Tally.Counts
    let verification: Verification
    /// From the fault to the first success elsewhere.
    let failover: Duration?
    /// From the recovery to the moment when reads and writes were back.
    let failback: Duration?
    let hasSettled: Bool
    /// What is wrong with the files.
    let integrity: [String]
    let timeline: JSON

    var errors: Int { self.counts.errors.values.reduce(0, +) }

    var hasConverged: Bool { self.hasSettled && self.verification.areEqual && self.integrity.isEmpty }

    /// Whether all is as it should be.
    ///
    /// Where regions remove no duplicates, a conditional write that was under way when its region fell silent has an
    /// outcome that nobody knows, and its caller is told so.
    var isGood: Bool {
        self.verification.losses.isEmpty && self.hasConverged && self.failover != nil && self.failback != nil
            && self.counts.readErrors == 0
    }

    var json: JSON {
        let document: JSON = [
            "seed": .integer(self.settings.seed),
            "operations": .integer(self.counts.operations),
            "errors": .integer(self.errors),
            "failoverMs": JSON(self.failover) { .number($0.milliseconds) },
            "failbackMs": JSON(self.failback) { .number($0.milliseconds) },
            "acknowledgedWrites": .integer(self.verification.acknowledged),
            "lostWrites": .integer(self.verification.losses.count),
            "converged": .bool(self.hasConverged),
            "timeline": self.timeline,
        ]
        guard self.settings.isNetworked, case .object(let members) = document else { return document }
        return .object(members + [JSON.Member(name: "readErrors", value: .integer(self.counts.readErrors))])
    }

    func print(to console: Console) {
        console.line()
        self.table.lines(for: console).forEach { console.line($0) }
        console.line()
        for (title, value, isGood, note) in self.verdict {
            let style: Console.Style? = isGood.map { $0 ? .green : .red }
            let value = console.styled(value.aligned(to: 9), style)
            let remark = note.isEmpty ? "" : "  " + console.styled(note, .dim)
            console.line("\(title.padded(to: 20)) \(value)\(remark)")
        }
    }

    /// Requests answered, by region and phase: reads + writes.
    private var table: Table {
        var table = Table(columns: [("answered, reads + writes", .left)])
        table.columns += Tally.Phase.allCases.map { ($0.rawValue, .right) }
        for region in self.settings.regions {
            let cells = Tally.Phase.allCases.map { phase in
                let count = self.counts.answered[phase]?[region] ?? Tally.Count()
                return count == Tally.Count()
                    ? Table.Cell("–", .dim) : Table.Cell("\(count.reads.grouped) + \(count.writes.grouped)")
            }
            table.rows.append([Table.Cell(region.name, .bold)] + cells)
        }
        return table
    }

    private var verdict: [(title: String, value: String, isGood: Bool?, note: String)] {
        let codes = self.counts.errors.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let repeated = "\(self.counts.failedAttempts.grouped) attempts failed and were repeated"
        let losses = Set(self.verification.losses.map(\.key)).sorted().prefix(3).joined(separator: ", ")
        let waited = self.counts.stale.count
        let references = ReferenceGenome.all.count
        let generated = self.verification.records - references
        var lines: [(title: String, value: String, isGood: Bool?, note: String)] = [
            ("operations", self.counts.operations.grouped, nil, "by \(self.settings.clients) clients"),
            (
                "errors callers saw", self.errors.grouped, self.errors == 0,
                codes.isEmpty ? repeated : codes.joined(separator: ", ") + "; \(self.counts.readErrors) of reads"
            ),
            (
                "failover", self.failover?.brief ?? "none", self.failover != nil,
                "from the fault to the first success elsewhere"
            ),
            (
                "failback", self.failback?.brief ?? "none", self.failback != nil,
                "from the recovery until all traffic was back"
            ),
            (
                "acknowledged writes", self.verification.acknowledged.grouped, nil,
                "each looked up in all \(self.settings.regions.count) regions"
            ),
            (
                "lost", self.verification.losses.count.grouped, self.verification.losses.isEmpty,
                losses.isEmpty ? "" : "of \(losses)"
            ),
            (
                "regions", self.hasConverged ? "equal" : "not equal", self.hasConverged,
                self.integrity.first
                    ?? "\(references) real and \(generated.grouped) generated worksets, integrity ok"
            ),
        ]
        if waited > 0 {
            let note = "worksets whose last write was not elsewhere yet"
            lines.insert(("left alone", waited.grouped, nil, note), at: 6)
        }
        return lines
    }
}
