internal import RegionKitCore

/// What became of an import.
struct ImportReport: Sendable {
    /// How many bad lines are listed.
    private static let listedBadLines = 100

    /// As the input was given.
    let name: String
    /// Where an earlier run had ended.
    var resumedAtLine: Int?
    /// The regions that took the items.
    var regions: Set<Region> = []
    /// The regions that may still lack some of them.
    var pending: [Region] = []
    /// Over all runs.
    private var position = ImportPosition()
    private var badLines: [BadLine] = []
    private var differences: [ImportJournal.Difference] = []
    /// In this run.
    private var duration = Duration.zero
    private var itemsNow = 0

    init(name: String) {
        self.name = name
    }

    mutating func finish(_ journal: ImportJournal, from start: ImportPosition, _ duration: Duration) {
        self.position = journal.position
        self.badLines = journal.badLines
        self.differences = journal.differences
        self.duration = duration
        self.itemsNow = journal.position.items - start.items
    }

    /// Whether every line was imported and every promised item was there.
    var isGood: Bool { self.position.skipped == 0 && self.differences.isEmpty }

    private var itemsPerSecond: Double {
        Double(self.itemsNow) * 1000 / max(self.duration.milliseconds, 1)
    }

    var json: JSON {
        [
            "file": .string(self.name),
            "items": .integer(self.position.items),
            "skipped": .integer(self.position.skipped),
            "lines": .integer(self.position.lines),
            "bytes": .integer(self.position.bytes),
            "seconds": .number(self.duration.milliseconds / 1000),
            "itemsPerSecond": .number(self.itemsPerSecond),
            "resumedAtLine": JSON(self.resumedAtLine) { .integer($0) },
            "badLines": .array(self.badLines.prefix(Self.listedBadLines).map(\.json)),
            "countDifferences": .array(
                self.differences.map {
                    ["file": .string($0.file), "promised": .integer($0.promised), "found": .integer($0.found)]
                }
            ),
            "pending": .array(self.pending.map { .string($0.name) }),
        ]
    }

    func lines(for console: Console) -> [String] {
        let rate = Int(self.itemsPerSecond.rounded()).grouped
        var lines = [
            "\(self.itemsNow.grouped) items imported in \(self.duration.brief), \(rate) a second."
        ]
        if self.resumedAtLine != nil { lines.append("With earlier runs: \(self.position.items.grouped) items.") }
        if self.position.skipped > 0 {
            let count = self.position.skipped
            lines.append(
                console.styled("\(count == 1 ? "1 line was" : "\(count.grouped) lines were") skipped:", .yellow)
            )
            for bad in self.badLines.prefix(Self.listedBadLines) {
                let text = "\(bad.place): \(bad.reason)"
                let rows = console.isTerminal ? text.wrapped(to: Console.width - 2) : [text]
                lines += rows.map { "  \($0)" }
            }
            if self.position.skipped > Self.listedBadLines { lines.append("  …") }
        }
        for difference in self.differences {
            let counts = "\(difference.found.grouped) items, not \(difference.promised.grouped)"
            lines.append(console.styled("\(difference.file) has \(counts) as the manifest says.", .yellow))
        }
        if !self.pending.isEmpty {
            let names = self.pending.map(\.name).joined(separator: ", ")
            lines.append(console.styled("Not everything may have reached \(names) yet; replication goes on.", .yellow))
        }
        return lines
    }
}
