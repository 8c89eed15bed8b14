public import RegionKitCore
internal import Synchronization

// What a replicator asks for.
extension RedisStore {
    /// Identity, position and clock.
    ///
    /// A region whose server was restarted since it was made ready is not ready.
    public func status(in context: AttemptContext) async throws(BackendError) -> ReplicaStatus {
        try await self.admit(context)
        let (status, run) = try await self.look(context)
        // Another process of the server may have other settings.
        if !self.state.withLock({ $0.check.isPassed(in: run) }) { try await self.check(context) }
        self.state.withLock { $0.run = run }
        return status
    }

    /// Entries of the log after a cursor.
    public func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> ChangeBatch {
        try await self.admit(context)
        let arguments: [RedisCommand.Argument] = [
            .bytes(self.layout.rows), .text(cursor == .start ? "" : "\(cursor.incarnation)"),
            .number(cursor.sequence), .number(limit), .number(Self.replyBytes),
            .number(Origin(self.region).rawValue),
        ]
        let keys = [self.layout.meta, self.layout.log]
        let reply = try await self.runInRegion(.changes, keys, arguments, in: context).value
        guard let parts = reply.elements, parts.count == 5, let meta = parts[0].elements, meta.count == 5,
            let incarnation = meta[0].number(as: UInt64.self), let end = meta[1].number(as: Int64.self),
            let endVersion = meta[2].version, let base = meta[3].number(as: Int64.self), let version = parts[1].version,
            let last = parts[2].number(as: Int64.self), let lastVersion = parts[3].version, let rows = parts[4].elements
        else { throw self.violation("changes", .read) }
        let head = ReplicaCursor(incarnation: incarnation, sequence: end, version: endVersion)
        if cursor == .start {
            guard base == 0 else { return .gap(head) }
        } else {
            guard cursor.incarnation <= incarnation else { return .diverged }
            guard cursor.incarnation == incarnation else { return .gap(head) }
            guard cursor.sequence <= end else { return .diverged }
            guard cursor.sequence >= base else { return .gap(head) }
            guard cursor.version == version else { return .diverged }
        }
        guard !rows.isEmpty else { return .entries([], head) }
        return .entries(
            try self.rows(rows),
            ReplicaCursor(incarnation: incarnation, sequence: last, version: lastVersion)
        )
    }

    /// Applies foreign rows.
    public func apply(
        _ application: ReplicaApplication,
        in context: AttemptContext
    ) async throws(BackendError) -> ApplicationOutcome {
        try await self.admit(context)
        let encoded: RedisApplication
        do throws(ValidationError) {
            encoded = try RedisApplication(application, in: self)
        } catch {
            throw BackendError(.rejected, .validation, "A row from \(application.peer) is refused: \(error.message)")
        }
        let reply = try await self.runInRegion(.apply, encoded.keys, encoded.arguments, in: context).value
        guard let parts = reply.elements, parts.count == 3, let word = parts[0].text,
            let applied = parts[1].number(as: Int.self), let parked = parts[2].number(as: Int.self)
        else { throw self.violation("apply", .write) }
        guard word != "FULL" else {
            throw BackendError(
                .unavailable,
                .overloaded,
                "Region \(self.region) already keeps \(self.configuration.parkedLimit) rows from clocks that are ahead."
            )
        }
        return ApplicationOutcome(moved: word == "MOVED", applied: applied, parked: parked)
    }

    /// Takes, renews or gives up leases, by the server's clock.
    public func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        in context: AttemptContext
    ) async throws(BackendError) -> Set<Region> {
        let milliseconds = max(0, duration.wholeNanoseconds / 1_000_000)
        let names = peers.sorted().map { RedisCommand.Argument.text($0.name) }
        let arguments = [.number(self.skew), .number(holder), .number(milliseconds)] + names
        @Sendable func run() async throws(BackendError) -> Answer {
            try await self.admit(context)
            return try await self.run(.lease, [self.layout.leases], arguments, in: context)
        }
        let answer: Answer
        if milliseconds > 0 {
            answer = try await run()
        } else {
            // A task of its own, because a replicator gives up its leases when it is cancelled. It is waited for, and
            // ends by the deadline.
            let task = Task { () async -> Result<Answer, BackendError> in
                do throws(BackendError) { return .success(try await run()) } catch { return .failure(error) }
            }
            answer = try await task.value.get()
        }
        guard let held = answer.value.elements else { throw self.violation("lease", .write) }
        return Set(held.compactMap { $0.text.map { Region($0) } })
    }

    /// Draws a new incarnation.
    public func beginIncarnation(replacing incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.admit(context)
        let layout = self.layout
        let next = RedisLayout.incarnation(atMilliseconds: self.wallMilliseconds(context), after: incarnation)
        let keys = [layout.meta, layout.log, layout.cursors, layout.due, layout.parked]
        _ = try await self.runInRegion(.begin, keys, [.text("\(incarnation)"), .text("\(next)")], in: context)
    }

    /// Lets the region take writes, in the run of its server that gave the last status.
    public func markReady(_ incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.admit(context)
        try await self.renewFile(context)
        let run = self.state.withLock { $0.run }
        let arguments: [RedisCommand.Argument] = [.runID, .bytes(run), .text("\(incarnation)")]
        _ = try await self.runInRegion(.markReady, [self.layout.meta], arguments, in: context)
    }

    /// Forgets what nobody needs, a portion a script, so that others find their turn; ids end by themselves.
    public func collect(_ collection: ReplicaCollection, in context: AttemptContext) async throws(BackendError) {
        try await self.admit(context)
        let (layout, through) = (self.layout, max(.zero, collection.tombstonesThrough))
        let arguments: [RedisCommand.Argument] = [
            .bytes(layout.rows), .number(collection.logThrough), .number(through.milliseconds),
            .number(through.counter), .text("\(collection.floor)"), .number(500),
        ]
        let keys = [layout.meta, layout.log, layout.dead, layout.graves]
        while try await self.runInRegion(.collect, keys, arguments, in: context).value == .integer(1) {}
    }
}
