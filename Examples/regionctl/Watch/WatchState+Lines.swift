internal import RegionKitCore

// How a watch looks on a terminal.
extension WatchState {
    /// The least widths of the table's columns: with the usual values nothing moves.
    private static let widths = [9, 7, 9, 9, 7, 6, 7, 6, 7]
    /// What stands beside the marks of a region.
    private static let noteWidth = 22

    /// The screen, at most as large as the terminal: what matters least is left out first.
    func lines(_ size: Screen.Size) -> [Line] {
        guard let report = self.report else { return [Line(self.title, .bold), Line("Opening the regions …", .dim)] }
        var table = report.table
        table.minimums = Self.widths
        let rows = table.aligned
        let remarks = report.remarks(width: size.columns)
        let header = [Line.header(self.title, report.wallMilliseconds.clock, size.columns), Line()]
        var body = [rows[0]]
        let hasMarks = header.count + body.count + 2 * report.regions.count + remarks.count <= size.rows
        for (row, health) in zip(rows.dropFirst(), report.regions) {
            body.append(row)
            if hasMarks { body.append(self.checks(of: health, size.columns)) }
        }
        let room = size.rows - header.count - body.count - remarks.count
        guard room >= 0 else {
            // With too many regions for the terminal, the last ones are left out.
            return Array(((header + body).prefix(max(0, size.rows - remarks.count)) + remarks).prefix(size.rows))
        }
        let events = self.events.suffix(max(0, room - 1)).map(\.line)
        return header + body + remarks + (events.isEmpty ? [] : [Line()] + events)
    }

    /// The last checks of a region, newest last, and what its traffic does.
    private func checks(of health: RegionHealth, _ columns: Int) -> Line {
        let marks = (self.marks[health.region] ?? []).suffix(max(10, columns - 2 - Self.noteWidth))
        let latencies = marks.compactMap { if case .latency(let latency) = $0 { latency } else { nil } }
        let peak = latencies.max() ?? .zero
        let note = health.control ?? health.progress ?? (latencies.isEmpty ? "" : "up to \(peak.brief)")
        let isNews = health.control != nil || health.progress != nil
        // A latency that stays the same stays low.
        let top = max(peak, (latencies.min() ?? .zero) * 4)
        return Line([Table.Cell("  ")] + Self.sparks(marks, top) + [Table.Cell("  \(note)", isNews ? .yellow : .dim)])
    }

    /// Marks as a row of bars, the highest for `top`; × is a fault, · no check.
    private static func sparks(_ marks: some Sequence<Mark>, _ top: Duration) -> [Table.Cell] {
        let bars = Array("▁▂▃▄▅▆▇█")
        return marks.reduce(into: []) { cells, mark in
            let cell: Table.Cell
            switch mark {
            case .fault: cell = Table.Cell("×", .red)
            case .none: cell = Table.Cell("·", .dim)
            case .latency(let latency):
                let share = top > .zero ? latency.milliseconds / top.milliseconds : 0
                cell = Table.Cell(String(bars[max(0, min(bars.count - 1, Int(share * Double(bars.count))))]), .green)
            }
            if let last = cells.last, last.style == cell.style {
                cells[cells.count - 1].text += cell.text
            } else {
                cells.append(cell)
            }
        }
    }
}
