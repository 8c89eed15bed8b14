internal import BackendSQLite
internal import RegionKitCore

/// Writes all items of one region as lines of DynamoDB JSON, equal items as equal bytes.
struct Exporter {
    private static let pageTime = Duration.seconds(10)
    private static let lineStart = Array(#"{"Item":"#.utf8)
    private static let lineEnd = Array("}\n".utf8)

    private let store: MultiRegionStore
    /// The regions that can be read as of one moment, in the order of their keys.
    private let files: [SQLiteStore]
    private let name: String
    private let output: ExportOutput
    private let time: any TimeSource
    private var progress: Progress

    init(
        _ store: MultiRegionStore,
        files: [SQLiteStore],
        to name: String,
        _ output: ExportOutput,
        _ console: Console,
        time: any TimeSource = SystemTime()
    ) {
        self.store = store
        self.files = files
        self.name = name
        self.output = output
        self.time = time
        self.progress = Progress("exporting", console, time: time)
    }

    /// Exports a region: the given one, else the one that a read goes to now.
    ///
    /// When it throws, nothing is left of the output.
    mutating func run(_ region: Region?, isSorted: Bool) async throws -> ExportReport {
        defer { self.progress.end() }
        do {
            let began = self.time.now
            // A region that fails is passed over now; afterwards another one would give items of another moment.
            let region = try await self.store.scan(Scan(limit: 1), in: region).region
            var report: ExportReport
            if let file = self.files.first(where: { $0.region == region }) {
                report = try await self.export(file)
            } else if isSorted {
                throw Failure.usage("--sorted: region \(region) cannot be read in the order of its keys.")
            } else {
                report = try await self.scan(region)
            }
            try await self.output.finish()
            report.duration = began.duration(to: self.time.now)
            return report
        } catch {
            self.output.discard()
            throw error
        }
    }

    private mutating func export(_ file: SQLiteStore) async throws -> ExportReport {
        try await file.withSnapshot(in: self.context) { snapshot in
            var report = ExportReport(
                name: self.name,
                region: file.region,
                isConsistent: true,
                wallMilliseconds: snapshot.wallMilliseconds
            )
            while true {
                let items = try await snapshot.nextItems(in: self.context)
                guard !items.isEmpty else { return report }
                try await self.write(items, &report)
                let all = max(snapshot.estimatedCount, report.items)
                self.progress.update(report.items, fraction: Double(report.items) / Double(all))
            }
        }
    }

    private mutating func scan(_ region: Region) async throws -> ExportReport {
        let wall = self.time.wallMilliseconds
        var report = ExportReport(name: self.name, region: region, isConsistent: false, wallMilliseconds: wall)
        var scan = Scan(consistency: .consistent)
        repeat {
            let page = try await self.store.scan(scan, in: region).value
            try await self.write(page.items, &report)
            self.progress.update(report.items)
            scan.next = page.next
        } while scan.next != nil
        return report
    }

    private func write(_ items: [Item], _ report: inout ExportReport) async throws {
        try Task.checkCancellation()
        var bytes: [UInt8] = []
        for item in items {
            bytes += Self.lineStart
            bytes += DynamoDBJSON.encode(item, sorted: true)
            bytes += Self.lineEnd
        }
        try await self.output.write(bytes)
        report.items += items.count
        report.bytes += bytes.count
    }

    private var context: AttemptContext {
        AttemptContext(
            deadline: self.time.now.advanced(by: Self.pageTime),
            operation: OperationID(high: 0, low: 0),
            time: self.time
        )
    }
}
