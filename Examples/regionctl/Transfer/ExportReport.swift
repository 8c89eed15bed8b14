internal import RegionKitCore

/// What an export wrote.
struct ExportReport: Sendable {
    /// As the file was given.
    let name: String
    let region: Region
    /// Whether all items are as of one moment.
    let isConsistent: Bool
    /// That moment, or when reading began, in milliseconds since 1970.
    let wallMilliseconds: Int64
    var items = 0
    /// Uncompressed.
    var bytes = 0
    var duration = Duration.zero

    private var itemsPerSecond: Double { Double(self.items) * 1000 / max(self.duration.milliseconds, 1) }

    var json: JSON {
        [
            "file": .string(self.name),
            "items": .integer(self.items),
            "bytes": .integer(self.bytes),
            "seconds": .number(self.duration.milliseconds / 1000),
            "itemsPerSecond": .number(self.itemsPerSecond),
            "region": .string(self.region.name),
            "consistent": .bool(self.isConsistent),
            "asOf": .integer(Int(self.wallMilliseconds)),
        ]
    }

    var text: String {
        let rate = Int(self.itemsPerSecond.rounded()).grouped
        let moment = self.isConsistent ? "as of one moment" : "read while others may have written"
        return
            "\(self.items.grouped) items of \(self.region) exported in \(self.duration.brief), \(rate) a second; \(moment)."
    }
}
