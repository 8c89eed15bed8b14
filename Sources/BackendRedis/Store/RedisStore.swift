public import RegionKitCore
internal import Synchronization

/// A region in one Redis server of its own: the active-active store.
///
/// Each server takes writes by itself, and RegionKit's `Replicator` carries the changes to the others; no Redis
/// replication is needed, and an acknowledged write is not lost by a failover. How much a server keeps when it dies is
/// its own setting: ``durability`` tells it.
///
/// Every operation is one script or one command, so any number of processes may use a region at once. The server is
/// looked at before the first operation and at every probe: version, eviction, rights, table. One that cannot hold a
/// region answers `unavailable`, with what to do about it; opening never waits for a server.
///
/// A region takes writes in that run of its server in which ``markReady(_:in:)`` was called: a server that was
/// restarted may have lost the last changes, and replication looks first.
public final class RedisStore: ReplicaStore {
    /// The region whose rows the server holds.
    public let region: Region
    /// The table.
    public let schema: TableSchema
    /// Everything a replica store can do.
    public let capabilities: BackendCapabilities

    let configuration: Configuration
    /// Whether the server is one of several among which Redis itself replicates: the rows are those of all of them,
    /// there is no log, no tombstone and no readiness, and this store is used behind a ``RedisReplica`` alone.
    let isNative: Bool
    let layout: RedisLayout
    let transport: any RedisTransport
    /// How far the region's wall clock is set apart from its server's, in milliseconds; for tests.
    let skew: Int64
    let state = Mutex(State())

    /// What the store remembers between operations; all of it can be learned anew.
    struct State {
        var isClosed = false
        var check = Check.none
        var clock = RegionClock()
        /// The highest clock reading that the region is known to have given.
        var latest = HybridTimestamp.zero
        /// What the server calls the scripts, by their names.
        var digests: [String: [UInt8]] = [:]
        /// The run of the server that gave the last status.
        var run: [UInt8] = []
        var durability: RedisDurability?
    }

    /// Prepares a region behind a transport; nothing is sent yet.
    init(
        _ configuration: Configuration,
        transport: any RedisTransport,
        skew: Duration = .zero,
        isNative: Bool = false
    ) throws(ConfigurationError) {
        try configuration.validate()
        self.capabilities = BackendCapabilities(
            honoursDeadlines: true,
            deduplicatesWrites: true,
            refusesLateWrites: true,
            // A write that is lost by a promotion may have had a higher version than those that come after it.
            versionsWrites: !isNative,
            transactions: true,
            probesWrites: true
        )
        self.configuration = configuration
        self.isNative = isNative
        self.region = configuration.region
        self.schema = configuration.schema
        self.layout = RedisLayout(namespace: configuration.namespace, schema: configuration.schema)
        self.transport = transport
        self.skew = skew.wholeNanoseconds / 1_000_000
    }

    /// What the server keeps when it dies; nil until it was first reached.
    public var durability: RedisDurability? { self.state.withLock { $0.durability } }

    // MARK: Reads

    /// The row of a key, deleted ones included.
    ///
    /// Both consistencies read the latest state.
    public func load(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> ReplicaRow? {
        try await self.admit(context)
        let member = RedisMember.row(key)
        let reply = try await self.send(
            RedisCommand(.text("HMGET"), .bytes(self.layout.rows + member), "m", "c", "o", "h", "v"),
            as: .read,
            in: context
        )
        guard let fields = reply.elements, fields.count == 5 else { throw self.violation("load", .read) }
        guard fields[0] != .null else { return nil }
        return try self.row([.bytes(member)] + fields)
    }

    /// Live rows of a range in key order.
    public func rows(
        in range: ReplicaRange,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [ReplicaRow] {
        try await self.admit(context)
        var stretch: RedisRange
        do throws(ValidationError) {
            stretch = try RedisRange(range, in: self.schema, self.layout)
        } catch {
            throw BackendError(error)
        }
        var rows: [ReplicaRow] = []
        while rows.count < limit, !stretch.isEmpty {
            let arguments: [RedisCommand.Argument] = [
                .bytes(self.layout.rows), .bytes(stretch.low), .bytes(stretch.high),
                .number(min(limit - rows.count, Self.portion)), stretch.descending ? "1" : "0",
                .number(stretch.partsBeforeKey), .number(Self.replyBytes),
            ]
            let reply = try await self.run(.rows, [stretch.set], arguments, in: context).value
            let page = try self.page(reply)
            rows += try self.rows(page.found)
            guard let last = page.end else { break }
            stretch.start(after: last)
        }
        return rows
    }

    /// The versions of all rows after a key, in key order.
    public func versions(
        after key: Key?,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [RowVersion] {
        try await self.admit(context)
        let keys = [self.layout.live, self.layout.dead]
        var (versions, last) = ([RowVersion](), key.map { RedisMember.row($0) })
        while versions.count < limit {
            let start = last.map { Array("(".utf8) + $0 } ?? Array("-".utf8)
            let left = limit - versions.count
            let arguments: [RedisCommand.Argument] = [.bytes(self.layout.rows), .bytes(start), .number(left)]
            let reply = try await self.run(.versionsAfter, keys, arguments, in: context).value
            let page = try self.page(reply)
            versions += try self.versions(page.found)
            guard let end = page.end else { break }
            last = end
        }
        return versions
    }

    /// The versions of keys' rows.
    public func versions(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [RowVersion] {
        try await self.admit(context)
        let members = keys.map { RedisMember.row($0) }
        let names = members.map { self.layout.rows + $0 }
        let arguments = members.map { RedisCommand.Argument.bytes($0) }
        guard let found = try await self.run(.versionsOf, names, arguments, in: context).value.elements
        else { throw self.violation("versions", .read) }
        return try self.versions(found)
    }

    /// The rows of keys.
    public func rows(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [ReplicaRow] {
        try await self.admit(context)
        let members = keys.map { RedisMember.row($0) }
        let names = members.map { self.layout.rows + $0 }
        let arguments = [.number(Self.replyBytes)] + members.map { RedisCommand.Argument.bytes($0) }
        guard let found = try await self.run(.rowsOf, names, arguments, in: context).value.elements
        else { throw self.violation("rows", .read) }
        return try self.rows(found)
    }

    /// How many rows of a range one script reads, and about how many bytes of items any script: it keeps the server
    /// from all others.
    private static let portion = 256
    static let replyBytes = 1 << 20

    /// What a page holds, and where the next one begins, or nil after the last.
    private func page(_ reply: RedisValue) throws(BackendError) -> (found: [RedisValue], end: [UInt8]?) {
        guard let page = reply.elements, page.count == 3, let last = page[0].content,
            let more = page[1].number(as: Int.self), let found = page[2].elements
        else { throw self.violation("rows", .read) }
        return (found, more == 1 ? last : nil)
    }

    // MARK: Writes

    /// Does all changes or none.
    ///
    /// The script refuses to stamp above a reading that is told beforehand, so that a write whose outcome is unknown
    /// has a ceiling that holds (F4).
    public func commit(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome
    {
        try await self.admit(context)
        let floor = context.clockFloor?.milliseconds ?? 0
        guard RedisLayout.milliseconds.contains(floor) else {
            throw BackendError(.rejected, .validation, "The clock floor \(floor) is of no clock.")
        }
        let encoded = RedisCommit(commit, context, in: self)
        for _ in 0..<4 {
            let now = context.time.now
            guard now < context.deadline else { throw Self.late }
            let (notAfter, latest) = self.state.withLock { state in
                (state.clock.milliseconds(at: context.deadline, knownAt: now), state.latest)
            }
            guard let notAfter else { throw self.violation("clock", .read) }
            let ceiling = max(notAfter, latest.milliseconds, floor) + 1
            do throws(BackendError) {
                let arguments = encoded.arguments(notAfter: notAfter, ceiling: ceiling)
                let answer = try await self.run(.commit, encoded.keys, arguments, in: context)
                if let outcome = try self.outcome(of: answer, commit.digest) { return outcome }
            } catch {
                guard error.failure == .unknownOutcome else { throw error }
                var error = error
                error.clockCeiling = HybridTimestamp(milliseconds: ceiling, counter: .max)
                throw error
            }
        }
        throw BackendError(.conflict, .conflict, "The clock of region \(self.region) ran ahead each time.")
    }

    /// What the script said; nil when the region's clock is ahead of the ceiling, and nothing was done.
    private func outcome(of answer: Answer, _ digest: UInt64) throws(BackendError) -> CommitOutcome? {
        guard let reply = answer.value.elements, let word = reply.first?.text else {
            throw self.violation("commit", .write)
        }
        if reply.count > 1 { self.learn(reply[1], from: answer) }
        switch word {
        case "DONE", "AHEAD":
            guard reply.count == 4, let reading = RedisValue.timestamp(reply[2], reply[3]) else { break }
            self.note(reading)
            guard word == "DONE" else { return nil }
            return .committed(Version(timestamp: reading, origin: Origin(self.region)))
        case "REFUSED": return .refused
        case "SUPERSEDED": return .superseded
        case "LATE":
            throw BackendError(.expired, .deadlineExceeded, "The write reached region \(self.region) after its time.")
        case "NOTREADY": throw self.notReady(wasReady: reply.count == 2 && reply[1].content?.isEmpty == false)
        case "KNOWN":
            let parts = (reply.count == 2 ? reply[1].text : nil)?.split(separator: " ") ?? []
            guard let first = parts.first, let known = UInt64(first) else { break }
            guard known == digest else {
                throw BackendError(.rejected, .idempotencyMismatch, "The operation id was another request's before.")
            }
            guard parts.count == 2 else { return .refused }
            if let version = Version(String(parts[1])) { return .repeated(version) }
        default: break
        }
        throw self.violation("commit", .write)
    }

    private func notReady(wasReady: Bool) -> BackendError {
        guard !self.isNative else {
            // The next operation begins the table anew.
            self.state.withLock { $0.check = .none }
            return BackendError(.unavailable, .unavailable, "Region \(self.region): all rows were removed meanwhile.")
        }
        let reason =
            wasReady
            ? "its server was restarted, and replication first looks whether anything was lost."
            : "replication does that while the store runs."
        return BackendError(
            .unavailable,
            .notReady,
            "Region \(self.region) takes no writes before it has been compared with its peers; \(reason)"
        )
    }

    static let late = BackendError(.expired, .deadlineExceeded, "The time was over before the operation began.")

    // MARK: Life

    /// Looks at the server, reads a row and writes the clock, all for real.
    ///
    /// A region that reads and does not write is reported so.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try self.begin(context)
        let status = try await self.check(context)
        _ = try await self.versions(after: nil, limit: 1, in: context)
        return ProbeReport(writable: status.isReady ? try await self.touch(context) : false)
    }

    /// Writes the clock as it is; whether that was done.
    func touch(_ context: AttemptContext) async throws(BackendError) -> Bool {
        do throws(BackendError) {
            _ = try await self.run(.touch, [self.layout.meta], [], in: context)
            return true
        } catch {
            guard [.readOnly, .unavailable].contains(error.failure) else { throw error }
            return false
        }
    }

    /// Ends the connection; what is under way fails.
    public func shutdown() async {
        self.state.withLock { $0.isClosed = true }
        await self.transport.shutdown()
    }
}
