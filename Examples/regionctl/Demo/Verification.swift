internal import RegionKitCore

/// Whether the regions hold what clients were promised.
struct Verification {
    /// An acknowledged write that is not in a region.
    struct Loss: Hashable {
        var key: String
        var version: Version
    }

    /// How many writes were acknowledged.
    private(set) var acknowledged = 0
    /// The acknowledged writes that are missing in at least one region.
    private(set) var losses: Set<Loss> = []
    /// Whether every region holds the same rows.
    private(set) var areEqual = true
    /// How many worksets there are.
    private(set) var records = 0

    /// Compares the promises with the rows of every region.
    ///
    /// A write is there if its region holds its version with its content, or the version of a later acknowledged write
    /// to the same workset. A version that nobody was promised replaces one only where a write ended without an answer.
    init(_ promises: [String: Ledger.Record], _ rows: [Region: [String: ReplicaRow]]) {
        self.records = Set(rows.values.flatMap(\.keys)).count
        let first = rows.values.first
        self.areEqual = rows.values.allSatisfy { $0 == first }
        for (key, record) in promises {
            self.acknowledged += record.versions.count
            for region in rows.values {
                for version in record.versions where !Self.isKept(version, of: record, by: region[key]) {
                    self.losses.insert(Loss(key: key, version: version))
                }
            }
        }
    }

    private static func isKept(_ version: Version, of record: Ledger.Record, by row: ReplicaRow?) -> Bool {
        guard let row, let item = row.item, row.version >= version, version != .unknown else { return false }
        guard record.versions.contains(row.version) else { return record.hasOpenWrite }
        return row.version < record.versions.max() ?? row.version || record.matches(item)
    }
}

extension Version {
    /// That of a write whose region gave none.
    static let unknown = Version(timestamp: .zero, origin: Origin(rawValue: 0))
}
