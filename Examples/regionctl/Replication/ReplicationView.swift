internal import RegionKitCore

/// How `replicate` looks on a terminal.
///
/// A pure value.
struct ReplicationView: Sendable {
    private static let entryLimit = 200

    let title: String
    var links: [LinkStatus] = []
    private(set) var entries: [LogEntry] = []

    init(title: String) {
        self.title = title
    }

    /// Something happened.
    mutating func happened(_ entry: LogEntry) {
        self.entries.append(entry, keeping: Self.entryLimit)
    }

    /// The screen, at most as large as the terminal: the links, and as much of what happened as there is room for.
    func lines(_ size: Screen.Size, _ wallMilliseconds: Int64) -> [Line] {
        let header = [Line.header(self.title, wallMilliseconds.clock, size.columns), Line()]
        let table = self.links.isEmpty ? [] : self.table.aligned
        let room = size.rows - header.count
        guard table.count < room else {
            let hidden = table.count - room + 1
            return header + table.prefix(max(0, room - 1)) + [Line("\(hidden.grouped) more links", .dim)]
        }
        let rest = room - table.count - (table.isEmpty ? 0 : 1)
        return header + table + (table.isEmpty ? [] : [Line()]) + self.entries.suffix(rest).map(\.line)
    }

    private var table: Table {
        var table = Table(columns: [("link", .left), ("lag", .right), ("applied", .right), ("", .left)])
        table.minimums = [0, 7, 7]
        for link in self.links {
            let (state, style) = Self.state(of: link)
            table.rows.append([
                Table.Cell("\(link.source) → \(link.target)", .bold),
                Table.Cell(link.lag?.brief ?? "–"),
                Table.Cell(link.applied.grouped),
                Table.Cell(state, style),
            ])
        }
        return table
    }

    private static func state(of link: LinkStatus) -> (String, Console.Style) {
        if link.condition.isCut { return ("cut", .red) }
        if link.failures > 0 { return ("failing", .red) }
        return link.isHeld ? ("at work", .green) : ("waiting", .dim)
    }
}
