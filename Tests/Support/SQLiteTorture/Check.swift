internal import BackendSQLite
internal import Foundation
internal import RegionKitCore
internal import RegionKitTesting

/// What must hold after all that killing.
struct Check {
    private let folder: String
    private let logs: [String]

    init(folder: String, logs: [String]) {
        self.folder = folder
        self.logs = logs
    }

    /// Prints a JSON line, and each fault on the standard error.
    ///
    /// - Returns: Whether there was none.
    func run() async throws -> Bool {
        var faults: [String] = []
        for region in Regions.names {
            if let problem = SQLiteStore.integrityProblem(ofFileAt: "\(self.folder)/\(region).sqlite") {
                faults.append("\(region): integrity_check says \(problem)")
            }
        }
        let regions = try await Regions.open(self.folder)
        let settled = try await regions.replicator.settle(within: .seconds(60))
        if !settled { faults.append("The regions did not settle.") }
        let rows = try await self.rows(regions.stores[0])
        for store in regions.stores {
            if try await self.rows(store) != rows { faults.append("\(store.region) differs from the first region.") }
            faults += try await self.indexFaults(store, rows)
            faults += try await self.logFaults(store)
        }
        var acknowledged = 0
        var lost = 0
        for write in try self.logs.flatMap(self.read) {
            acknowledged += 1
            guard let reason = self.reason(write, rows[write.key]) else { continue }
            lost += 1
            faults.append("lost: \(write.line.dropLast()): \(reason)")
        }
        await regions.shutdown()
        for fault in faults.prefix(20) { FileHandle.standardError.write(Data("\(fault)\n".utf8)) }
        print("{\"acknowledged\":\(acknowledged),\"lost\":\(lost),\"converged\":\(settled),\"faults\":\(faults.count)}")
        return faults.isEmpty
    }

    private func reason(_ write: Acknowledgement, _ row: ReplicaRow?) -> String? {
        guard let row else { return "nothing is there" }
        guard row.version >= write.version else { return "an older version \(row.version) is there" }
        guard row.version == write.version, row.item?["token"]?.string != write.token else { return nil }
        return "its version holds something else"
    }

    private func rows(_ store: SQLiteStore) async throws -> [String: ReplicaRow] {
        let rows = try await store.allRows(after: nil, limit: 1_000_000, in: self.context())
        return Dictionary(rows.map { ($0.key.partition.string ?? "", $0) }) { first, _ in first }
    }

    private func indexFaults(_ store: SQLiteStore, _ rows: [String: ReplicaRow]) async throws -> [String] {
        var faults: [String] = []
        for group in (0..<7).map({ AttributeValue.string("g\($0)") }) {
            let range = ReplicaRange(.index("by-group", group))
            let found = try await store.rows(in: range, limit: 1_000_000, in: self.context())
            let expected = rows.values.filter { $0.item?["group"] == group }
            if Set(found.map(\.key)) != Set(expected.map(\.key)) || found.count != expected.count {
                faults.append("\(store.region): the index holds other items than the table.")
            }
        }
        return faults
    }

    private func logFaults(_ store: SQLiteStore) async throws -> [String] {
        let head = try await store.status(in: self.context()).head
        var cursor = ReplicaCursor.start
        var last: Version?
        while cursor.sequence < head.sequence {
            guard
                case .entries(let rows, let end) = try await store.changes(
                    after: cursor,
                    limit: 10_000,
                    in: self.context()
                )
            else { return ["\(store.region): the log has a gap after \(cursor.sequence)."] }
            for row in rows {
                if let last, row.version <= last { return ["\(store.region): the log's versions do not rise."] }
                last = row.version
            }
            guard Int64(rows.count) == end.sequence - cursor.sequence else {
                return ["\(store.region): the log has a hole after \(cursor.sequence)."]
            }
            cursor = end
        }
        return []
    }

    private func read(_ path: String) throws -> [Acknowledgement] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // The last line ends with a line feed, unless its writer was killed in the middle of it.
        lines.removeLast()
        return lines.compactMap { Acknowledgement($0) }
    }

    private func context() -> AttemptContext {
        let time = SystemTime()
        return AttemptContext(
            deadline: time.now.advanced(by: .seconds(60)),
            operation: OperationID(high: 0, low: 0),
            time: time
        )
    }
}
