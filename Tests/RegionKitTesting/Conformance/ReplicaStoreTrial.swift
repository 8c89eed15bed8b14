internal import RegionKitCore

/// What the check of one rule works with: a new store, and rows to put into it.
struct ReplicaStoreTrial: Sendable {
    let store: any ReplicaStore
    let time: any TimeSource
    let log: ConformanceLog

    /// The region whose rows are applied.
    static let peer: Region = "peer"

    func context(
        for duration: Duration = .seconds(10),
        operation: OperationID? = nil,
        clockFloor: HybridTimestamp? = nil
    ) -> AttemptContext {
        var generator = SystemRandomNumberGenerator()
        return AttemptContext(
            deadline: self.time.now.advanced(by: duration),
            operation: operation ?? .random(using: &generator),
            clockFloor: clockFloor,
            time: self.time
        )
    }

    func key(_ name: String) -> Key {
        Key("items", sort: .string(name))
    }

    func item(_ name: String, _ attributes: Item = [:]) -> Item {
        attributes.merging(["pk": "items", "sk": .string(name)]) { $1 }
    }

    func put(
        _ name: String,
        _ attributes: Item = [:],
        expecting expected: ReplicaCommit.Expectation = .any
    ) -> ReplicaCommit.Change {
        .init(key: self.key(name), expected: expected, effect: .put(self.item(name, attributes)))
    }

    func delete(_ name: String, expecting expected: ReplicaCommit.Expectation = .any) -> ReplicaCommit.Change {
        .init(key: self.key(name), expected: expected, effect: .delete)
    }

    @discardableResult
    func commit(_ changes: ReplicaCommit.Change..., in context: AttemptContext? = nil) async throws -> CommitOutcome {
        try await self.store.commit(ReplicaCommit(changes: changes, digest: 1), in: context ?? self.context())
    }

    /// Commits and expects that it is done now.
    @discardableResult
    func committed(_ changes: ReplicaCommit.Change...) async throws -> Version {
        let outcome = try await self.store.commit(ReplicaCommit(changes: changes, digest: 1), in: self.context())
        guard case .committed(let version) = outcome else {
            throw BackendError(.rejected, .protocolViolation, "expected .committed, found \(outcome)")
        }
        return version
    }

    /// A version of the peer, `offset` milliseconds from now.
    func version(_ offset: Int64, counter: UInt32 = 0, of region: Region = peer) -> Version {
        Version(
            timestamp: HybridTimestamp(milliseconds: self.time.wallMilliseconds + offset, counter: counter),
            origin: Origin(region)
        )
    }

    /// A row of the peer; without attributes a deletion.
    func row(_ name: String, _ version: Version, _ attributes: Item?) -> ReplicaRow {
        ReplicaRow(
            key: self.key(name),
            item: attributes.map { self.item(name, $0) },
            version: version,
            operation: OperationID(high: UInt64(version.timestamp.counter), low: 1)
        )
    }

    @discardableResult
    func apply(
        _ rows: [ReplicaRow],
        from: ReplicaCursor? = nil,
        to: ReplicaCursor = .start,
        maximumDrift: Duration = .seconds(60),
        purge: [Key] = [],
        purgeBound: Version? = nil
    ) async throws -> ApplicationOutcome {
        try await self.store.apply(
            ReplicaApplication(
                peer: Self.peer,
                rows: rows,
                from: from,
                to: to,
                maximumDrift: maximumDrift,
                purge: purge,
                purgeBound: purgeBound
            ),
            in: self.context()
        )
    }

    func lease(_ peers: Region..., to holder: UInt64, for duration: Duration = .seconds(60)) async throws -> Set<Region>
    {
        try await self.store.lease(Set(peers), to: holder, for: duration, in: self.context())
    }

    func load(_ name: String) async throws -> ReplicaRow? {
        try await self.store.load(self.key(name), .consistent, in: self.context())
    }

    func status() async throws -> ReplicaStatus {
        try await self.store.status(in: self.context())
    }

    func changes(after cursor: ReplicaCursor, limit: Int = 100) async throws -> ChangeBatch {
        try await self.store.changes(after: cursor, limit: limit, in: self.context())
    }

    func allRows() async throws -> [ReplicaRow] {
        try await self.store.allRows(after: nil, limit: 10_000, in: self.context())
    }

    /// The names of live rows in a group of the index.
    func indexed(_ group: String) async throws -> [String?] {
        try await self.store.rows(in: ReplicaRange(.index("byOwner", .string(group))), limit: 100, in: self.context())
            .map { $0.item?["sk"]?.string }
    }

    func markReady() async throws {
        try await self.store.markReady(try await self.status().head.incarnation, in: self.context())
    }

    func beginIncarnation() async throws {
        try await self.store.beginIncarnation(replacing: try await self.status().head.incarnation, in: self.context())
    }

    /// Expects that a read of the log is answered as a gap.
    func expectGap(_ subject: String, after cursor: ReplicaCursor) async throws {
        let found = try await self.changes(after: cursor)
        let head = try await self.status().head
        self.log.expect(subject, found, equals: .gap(head))
    }
}
