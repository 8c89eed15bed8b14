public import RegionKitCore

/// A region in one server of several among which Redis itself replicates; ``RedisReplicas`` makes them.
///
/// It speaks to its own server alone. Reads are served whatever the server's role is. A write is done where the server
/// is the master; elsewhere it is refused as ``FailureClass/readOnly``, with the region that takes the writes now. No
/// condition is judged by a replica's rows, which may be old.
public final class RedisReplica: RegionBackend {
    /// The region whose reads the server takes.
    public let region: Region
    /// What it can do.
    ///
    /// Versions tell states of an item apart; since a promotion may lose writes, they order nothing beyond it.
    public let capabilities: BackendCapabilities

    let store: RedisStore
    private let base: ReplicaBackend<RedisStore>
    private let servers: RedisReplicaSet

    init(_ store: RedisStore, among servers: RedisReplicaSet) {
        (self.region, self.store, self.servers) = (store.region, store, servers)
        self.base = ReplicaBackend(store)
        self.capabilities = self.base.capabilities
    }

    /// What the server says that it is.
    public func role(in context: AttemptContext) async throws(BackendError) -> RedisRole {
        try await self.store.role(in: context)
    }

    /// What the server keeps when it dies; nil until it was first reached.
    public var durability: RedisDurability? { self.store.durability }

    /// Performs one attempt of one operation.
    public func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        guard request.kind == .write else { return try await self.base.perform(request, in: context) }
        if let moment = self.servers.question(for: self.region) { try await self.makeSure(since: moment, in: context) }
        do throws(BackendError) {
            let response = try await self.base.perform(request, in: context)
            self.servers.served(self.region)
            return response
        } catch {
            throw await self.judge(error, in: context)
        }
    }

    /// Looks at the server, reads a row, and writes the clock where the server is the master.
    ///
    /// A master that is not the only one is reported to take no writes, so that those stay where they are.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try self.store.begin(context)
        try await self.store.check(context)
        _ = try await self.store.versions(after: nil, limit: 1, in: context)
        let role = try await self.role(in: context)
        let isBelieved = self.servers.master == self.region
        guard role.isMaster else {
            if isBelieved { self.servers.failed(at: context.time.now) }
            return ProbeReport(writable: false)
        }
        if !isBelieved {
            let finding = await self.servers.roles(for: self.region, since: context.time.now, in: context)
            guard finding?.master == self.region else { return ProbeReport(writable: false) }
        }
        let isWritable = try await self.store.touch(context)
        return ProbeReport(writable: isWritable, writer: isWritable ? self.region : nil)
    }

    /// Ends the connection; what is under way fails.
    public func shutdown() async {
        await self.base.shutdown()
    }

    // MARK: Writes

    /// Lets a write through if the server is the master: nothing is sent on a guess.
    private func makeSure(since moment: MonotonicInstant, in context: AttemptContext) async throws(BackendError) {
        try self.store.begin(context)
        let finding = await self.servers.roles(for: self.region, since: moment, in: context)
        guard finding?.master != self.region else { return }
        // One that was slower than the others is given the time it needs.
        let isElsewhere = finding?.master != nil || finding?.roles[self.region] != nil
        let role = isElsewhere ? finding?.roles[self.region] : try await self.role(in: context)
        if role?.isMaster == true, finding?.master == nil { return }
        throw self.refusal(role, finding)
    }

    /// What a failed attempt means, and where writes go if not here.
    private func judge(_ error: BackendError, in context: AttemptContext) async -> BackendError {
        guard error.code != .closed, !Task.isCancelled else { return error }
        switch error.failure {
        case .rejected where error.code == .conditionFailed || error.code == .validation:
            // A replica's rows may be old: what they say decides nothing.
            do throws(BackendError) {
                if try await self.role(in: context).isMaster { return error }
            } catch {
                return error
            }
        case .readOnly, .notSent, .unavailable, .unknownOutcome: break
        default: return error
        }
        let now = context.time.now
        self.servers.failed(at: now)
        let finding = await self.servers.roles(for: self.region, since: now, in: context)
        guard [.readOnly, .rejected].contains(error.failure) else {
            var error = error
            if let master = finding?.master, master != self.region { error.writer = master }
            return error
        }
        return self.refusal(finding?.roles[self.region], finding)
    }

    private func refusal(_ role: RedisRole?, _ finding: RedisMasterMachine.Finding?) -> BackendError {
        let own =
            role.map { "its server is \($0)" }
            ?? (finding == nil ? "its server takes no writes" : "its server does not tell its role")
        let others: String
        if let finding, finding.masters.count > 1 {
            let names = finding.masters.map(\.name).joined(separator: " and ")
            others = "the servers of \(names) say that they are masters: make all but one replicas of that one."
        } else if let master = finding?.master, master != self.region {
            others = "writes go to region \(master)."
        } else {
            others = "no server of this table was found to be the master: promote one (RegionKit never does)."
        }
        let message = "Region \(self.region): \(own); \(others)"
        let master = finding?.master == self.region ? nil : finding?.master
        return BackendError(.readOnly, .readOnly, message, writer: master)
    }
}

extension RedisStore {
    /// What the server says that it is.
    func role(in context: AttemptContext) async throws(BackendError) -> RedisRole {
        try self.begin(context)
        let reply = try await self.sendBeforehand(RedisCommand("ROLE"), in: context)
        guard let role = RedisRole(reply) else { throw self.violation("ROLE", .read) }
        return role
    }
}
