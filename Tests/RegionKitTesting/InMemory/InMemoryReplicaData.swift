internal import RegionKitCore
internal import Synchronization

/// The data of an ``InMemoryReplicaStore``: a plain value, each method one transaction.
struct InMemoryReplicaData: Sendable {
    private enum Result {
        case done(Version)
        case refused
    }

    private struct Record {
        var digest: UInt64
        var result: Result
        var until: MonotonicInstant
    }

    private struct Lease {
        var holder: UInt64
        var times: Range<Int64>
    }

    private static let lastIncarnation = Atomic<UInt64>(0)
    private static let recordLife = Duration.seconds(600)

    let region: Region
    let schema: TableSchema
    private let parkingLimit: Int
    private let recordLimit: Int
    private let origin: Origin
    var isReady: Bool
    private(set) var incarnation: UInt64
    private(set) var rows: [Key: ReplicaRow] = [:]
    private var clock = HybridLogicalClock()
    private var log: [ReplicaRow] = []
    /// The last entry that is no longer in `log`.
    private var collected: (sequence: Int64, version: Version?) = (0, nil)
    private var cursors: [Region: ReplicaCursor] = [:]
    private var leases: [Region: Lease] = [:]
    private var records: [OperationID: Record] = [:]
    private var parked: Set<ReplicaRow> = []
    private var floor: Version?
    /// All keys in order; nil when a key came or went since.
    private var order: [Key]?

    init(region: Region, schema: TableSchema, isReady: Bool, parkingLimit: Int, recordLimit: Int) {
        self.region = region
        self.schema = schema
        self.isReady = isReady
        self.parkingLimit = parkingLimit
        self.recordLimit = recordLimit
        self.origin = Origin(region)
        self.incarnation = Self.nextIncarnation()
    }

    /// Higher than all before it, as if the first regions had been made in 1970.
    private static func nextIncarnation() -> UInt64 {
        Self.lastIncarnation.add(1, ordering: .relaxed).newValue
    }

    func emptied(isReady: Bool) -> InMemoryReplicaData {
        var data = InMemoryReplicaData(
            region: self.region,
            schema: self.schema,
            isReady: isReady,
            parkingLimit: self.parkingLimit,
            recordLimit: self.recordLimit
        )
        data.incarnation = max(data.incarnation, self.incarnation + 1)
        return data
    }

    var status: ReplicaStatus {
        ReplicaStatus(
            region: self.region,
            isReady: self.isReady,
            isEmpty: self.rows.isEmpty,
            head: self.head,
            cursors: self.cursors,
            clock: self.clock.last,
            collectionFloor: self.floor,
            parked: self.parked.count
        )
    }

    private var head: ReplicaCursor {
        ReplicaCursor(
            incarnation: self.incarnation,
            sequence: self.collected.sequence + Int64(self.log.count),
            version: self.log.last?.version ?? self.collected.version
        )
    }

    private mutating func set(_ row: ReplicaRow) {
        if row.item == nil, PlantedBug.noTombstone.isPlanted { return self.remove(row.key) }
        if self.rows.updateValue(row, forKey: row.key) == nil { self.order = nil }
    }

    private mutating func remove(_ key: Key) {
        if self.rows.removeValue(forKey: key) != nil { self.order = nil }
    }
}

extension InMemoryReplicaData {
    mutating func allRows(after key: Key?, limit: Int) -> [ReplicaRow] {
        let order = self.order ?? self.rows.keys.sorted { $0.precedes($1) }
        self.order = order
        // The first key after the given one, by bisection.
        var (low, high) = (0, order.count)
        while let key, low < high {
            let middle = (low + high) / 2
            if key.precedes(order[middle]) { high = middle } else { low = middle + 1 }
        }
        return order[low...].prefix(limit).compactMap { self.rows[$0] }
    }

    mutating func rows(in range: ReplicaRange, limit: Int) -> [ReplicaRow] {
        switch range.scope {
        case .table where !range.descending:
            var (found, after) = ([ReplicaRow](), range.after.flatMap { try? self.schema.key(of: $0.position) })
            while found.count < limit {
                let page = self.allRows(after: after, limit: limit)
                found += page.filter { $0.item != nil }
                guard page.count == limit, let last = page.last else { break }
                after = last.key
            }
            return Array(found.prefix(limit))
        case .table:
            return self.ordered(range, limit, partition: nil, sort: nil) { _ in true }
        case .partition(let value):
            return self.ordered(range, limit, partition: self.schema.partitionKey, sort: self.schema.sortKey) {
                $0 == value
            }
        case .index(let name, let value):
            guard let index = self.schema.index(named: name) else { return [] }
            return self.ordered(range, limit, partition: index.partitionKey, sort: index.sortKey) { $0 == value }
        }
    }

    private func ordered(
        _ range: ReplicaRange,
        _ limit: Int,
        partition: TableSchema.KeyAttribute?,
        sort: TableSchema.KeyAttribute?,
        where isIncluded: (AttributeValue) -> Bool
    ) -> [ReplicaRow] {
        func place(of item: Item) -> (sort: AttributeValue?, key: Key)? {
            guard let key = try? self.schema.key(of: item) else { return nil }
            return (sort.flatMap { item[$0.name] }, key)
        }
        func precedes(_ one: (sort: AttributeValue?, key: Key), _ other: (sort: AttributeValue?, key: Key)) -> Bool {
            if range.descending, one.key != other.key { return !ascends(one, other) }
            return ascends(one, other)
        }
        func ascends(_ one: (sort: AttributeValue?, key: Key), _ other: (sort: AttributeValue?, key: Key)) -> Bool {
            if let mine = one.sort, let its = other.sort, mine != its { return mine.precedes(its) ?? false }
            return one.key.precedes(other.key)
        }
        let after = range.after.flatMap { place(of: $0.position) }
        return self.rows.values.compactMap { row -> (row: ReplicaRow, place: (sort: AttributeValue?, key: Key))? in
            guard let item = row.item, let place = place(of: item) else { return nil }
            if let partition { guard let value = item[partition.name], isIncluded(value) else { return nil } }
            if let sort { guard let value = item[sort.name], range.sort?.includes(value) ?? true else { return nil } }
            if let after { guard precedes(after, place) else { return nil } }
            return (row, place)
        }
        .sorted { precedes($0.place, $1.place) }
        .prefix(limit).map(\.row)
    }

    func changes(after cursor: ReplicaCursor, limit: Int) -> ChangeBatch {
        let head = self.head
        guard cursor != .start else {
            return self.collected.sequence == 0 ? self.entries(after: 0, limit) : .gap(head)
        }
        guard cursor.incarnation == self.incarnation else {
            return cursor.incarnation < self.incarnation ? .gap(head) : .diverged
        }
        guard cursor.sequence <= head.sequence else { return .diverged }
        guard cursor.sequence >= self.collected.sequence else { return .gap(head) }
        guard cursor.version == self.version(at: cursor.sequence) else { return .diverged }
        return self.entries(after: cursor.sequence, limit)
    }

    private func version(at sequence: Int64) -> Version? {
        let index = Int(sequence - self.collected.sequence) - 1
        return index < 0 ? self.collected.version : self.log[index].version
    }

    private func entries(after sequence: Int64, _ limit: Int) -> ChangeBatch {
        let first = Int(sequence - self.collected.sequence)
        let rows = Array(self.log[first...].prefix(limit))
        let last = sequence + Int64(rows.count)
        return .entries(
            rows,
            ReplicaCursor(incarnation: self.incarnation, sequence: last, version: self.version(at: last))
        )
    }
}

extension InMemoryReplicaData {
    mutating func commit(
        _ commit: ReplicaCommit,
        wallMilliseconds: Int64,
        in context: AttemptContext
    ) throws(BackendError) -> CommitOutcome {
        guard self.isReady else {
            throw BackendError(.unavailable, .notReady, "Region \(self.region) must first be merged from its peers.")
        }
        if let record = self.records[context.operation], record.until > context.time.now {
            guard record.digest == commit.digest else {
                throw BackendError(.rejected, .idempotencyMismatch, "The operation id belongs to another request.")
            }
            switch record.result {
            case .done(let version): return .repeated(version)
            case .refused: return .refused
            }
        }
        guard commit.changes.allSatisfy({ self.meets($0) }) else { return .superseded }
        guard context.time.now < context.deadline else {
            throw BackendError(.expired, .deadlineExceeded, "The write arrived after its time.")
        }
        try self.makeRoomForRecord(at: context.time.now)
        let timestamp = self.clock.tick(wallMilliseconds: wallMilliseconds, floor: context.clockFloor)
        let version = Version(timestamp: timestamp, origin: self.origin)
        self.records[context.operation] = Record(
            digest: commit.digest,
            result: commit.isRefusal ? .refused : .done(version),
            until: context.time.now.advanced(by: Self.recordLife)
        )
        for change in commit.changes {
            let item: Item?
            switch change.effect {
            case .put(let new): item = new
            case .delete: item = nil
            case .none: continue
            }
            let row = ReplicaRow(key: change.key, item: item, version: version, operation: context.operation)
            self.set(row)
            self.log.append(row)
        }
        return commit.isRefusal ? .refused : .committed(version)
    }

    private func meets(_ change: ReplicaCommit.Change) -> Bool {
        switch change.expected {
        case .any: true
        case .absent: self.rows[change.key] == nil
        case .version(let version): self.rows[change.key]?.version == version
        }
    }

    private mutating func makeRoomForRecord(at now: MonotonicInstant) throws(BackendError) {
        guard self.records.count >= self.recordLimit else { return }
        self.records = self.records.filter { $0.value.until > now }
        guard self.records.count < self.recordLimit else {
            throw BackendError(.throttled, .overloaded, "Too many operation ids within ten minutes.")
        }
    }

    mutating func apply(
        _ application: ReplicaApplication,
        wallMilliseconds: Int64
    ) throws(BackendError) -> ApplicationOutcome {
        if let from = application.from, self.cursors[application.peer] ?? .start != from {
            return ApplicationOutcome(moved: false, applied: 0, parked: self.parked.count)
        }
        let horizon = wallMilliseconds + application.maximumDrift.wholeNanoseconds / 1_000_000
        let candidates = Array(self.parked) + application.rows
        // A set, because a row that was parked before may come again.
        let ahead = Set(candidates.filter { $0.version.timestamp.milliseconds > horizon })
        guard ahead.count <= self.parkingLimit else {
            throw BackendError(.unavailable, .overloaded, "Too many rows lie too far ahead of the clock.")
        }
        self.parked = ahead
        var applied = 0
        for row in candidates where row.version.timestamp.milliseconds <= horizon {
            self.clock.receive(row.version.timestamp)
            if let present = self.rows[row.key], present.version >= row.version { continue }
            self.set(row)
            applied += 1
        }
        if let bound = application.purgeBound {
            for key in application.purge {
                if let row = self.rows[key], row.version <= bound { self.remove(key) }
            }
            self.floor = max(self.floor ?? bound, bound)
        }
        if application.from != nil {
            self.cursors[application.peer] = application.to == .start ? nil : application.to
        }
        return ApplicationOutcome(moved: true, applied: applied, parked: self.parked.count)
    }

    mutating func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        wallMilliseconds wall: Int64
    ) -> Set<Region> {
        let free = peers.filter { peer in
            self.leases[peer].map { $0.holder == holder || !$0.times.contains(wall) } ?? true
        }
        guard duration > .zero else {
            for peer in free where self.leases[peer]?.holder == holder { self.leases[peer] = nil }
            return []
        }
        let times = wall..<wall + duration.wholeNanoseconds / 1_000_000
        for peer in free { self.leases[peer] = Lease(holder: holder, times: times) }
        return free
    }

    mutating func beginIncarnation(replacing incarnation: UInt64, wallMilliseconds wall: Int64) {
        guard self.incarnation == incarnation else { return }
        self.collected = (self.head.sequence, self.head.version)
        self.incarnation = max(self.incarnation + 1, UInt64(clamping: wall) << 16)
        self.isReady = false
        self.log = []
        self.cursors = [:]
        self.parked = []
    }

    mutating func collect(_ collection: ReplicaCollection, at now: MonotonicInstant) {
        let through = min(collection.logThrough, self.head.sequence)
        if through > self.collected.sequence {
            let count = Int(through - self.collected.sequence)
            self.collected = (through, self.log[count - 1].version)
            self.log.removeFirst(count)
        }
        if collection.tombstonesThrough > .zero {
            for row in self.rows.values where row.item == nil && row.version <= collection.floor {
                self.remove(row.key)
            }
            self.floor = max(self.floor ?? collection.floor, collection.floor)
        }
        self.records = self.records.filter { $0.value.until > now }
    }
}

extension Key {
    /// Orders keys as DynamoDB orders their values: by partition, then by sort value.
    fileprivate func precedes(_ other: Key) -> Bool {
        if self.partition != other.partition { return self.partition.precedes(other.partition) ?? false }
        guard let mine = self.sort, let its = other.sort else { return false }
        return mine.precedes(its) ?? false
    }
}
