internal import RegionKitCore

/// Something that happened, and when.
struct LogEntry: Hashable, Sendable {
    var wallMilliseconds: Int64
    var region: Region?
    var text: String
    var style: Console.Style?

    /// For a person: the time of day, the region, what happened.
    var line: Line {
        let region = self.region.map { "\($0)  " } ?? ""
        return Line([
            Table.Cell("\(self.wallMilliseconds.clock)  ", .dim), Table.Cell(region), Table.Cell(self.text, self.style),
        ])
    }

    /// For a program: the same with the date, separated by tabs.
    var row: String {
        ([self.wallMilliseconds.timestamp] + (self.region.map { [$0.name] } ?? []) + [self.text])
            .joined(separator: "\t")
    }
}

extension [LogEntry] {
    /// Adds an entry and lets the oldest go.
    mutating func append(_ entry: LogEntry, keeping limit: Int) {
        self.append(entry)
        if self.count > limit { self.removeFirst() }
    }
}
