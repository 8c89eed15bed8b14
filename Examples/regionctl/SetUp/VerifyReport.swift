internal import BackendDynamo
internal import RegionKitCore

/// Which prerequisites hold.
struct VerifyReport: Sendable {
    typealias Outcome = TableCheck.Outcome

    struct Row: Sendable {
        var check: String
        var outcome: Outcome
        /// Nil for all.
        var region: Region?
        var found: String
        var fix: String?
        var commandLine: String?
    }

    let table: String
    let rows: [Row]

    var failed: Int { self.rows.count { $0.outcome == .fail } }
    private var warned: Int { self.rows.count { $0.outcome == .warn } }

    var json: JSON {
        [
            "table": .string(self.table),
            "checks": .array(
                self.rows.map { row in
                    [
                        "check": .string(row.check), "outcome": .string(row.outcome.rawValue),
                        "region": JSON(row.region) { .string($0.name) }, "found": .string(row.found),
                        "fix": JSON(row.fix) { .string($0) }, "command": JSON(row.commandLine) { .string($0) },
                    ]
                }
            ),
            "failed": .integer(self.failed),
            "warned": .integer(self.warned),
        ]
    }

    func lines(for console: Console) -> [String] {
        var table = Table(columns: [("check", .left), ("region", .left), ("", .left), ("found", .left)])
        for row in self.rows {
            table.rows.append([
                Table.Cell(row.check, .bold), Table.Cell(row.region?.name ?? "all"),
                Table.Cell(row.outcome.rawValue, row.outcome.style), Table.Cell(row.found.harmless),
            ])
        }
        var lines = table.lines(for: console)
        for row in self.rows {
            guard let fix = row.fix else { continue }
            let place = row.region.map { " in \($0)" } ?? ""
            lines += [""] + "\(row.check)\(place): \(fix)".harmless.wrapped()
            if let line = row.commandLine { lines.append("  \(line.harmless)") }
        }
        return lines + ["", "\(self.failed) failed, \(self.warned) warnings."]
    }
}

extension VerifyReport.Row {
    init(_ check: TableCheck) {
        self.init(
            check: check.subject.rawValue,
            outcome: check.outcome,
            region: check.region,
            found: check.found,
            fix: check.fix,
            commandLine: check.commandLine
        )
    }
}

extension VerifyReport.Outcome {
    fileprivate var style: Console.Style {
        switch self {
        case .pass: .green
        case .warn: .yellow
        case .fail: .red
        }
    }
}
