internal import RegionKitCore
internal import Synchronization

// Whether a server can hold a region.
extension RedisStore {
    /// What is known of the server.
    enum Check {
        case none
        /// It was looked at in this run.
        case passed(run: [UInt8])
        /// What was found holds until then, and is looked at again.
        case failed(BackendError, until: MonotonicInstant)

        func isPassed(in present: [UInt8]) -> Bool {
            if case .passed(let run) = self { run == present } else { false }
        }
    }

    /// The oldest version that has all that the scripts need.
    private static let minimumVersion = 7
    /// How long a server that was found wanting is not asked again.
    private static let patience = Duration.seconds(1)

    /// Lets an operation through to a server that was looked at.
    func admit(_ context: AttemptContext) async throws(BackendError) {
        let now = try self.begin(context)
        switch self.state.withLock({ $0.check }) {
        case .passed: return
        case .failed(let error, let until) where now < until: throw error
        case .none, .failed: try await self.check(context)
        }
    }

    @discardableResult
    func begin(_ context: AttemptContext) throws(BackendError) -> MonotonicInstant {
        guard !self.state.withLock({ $0.isClosed }) else { throw .closed }
        let now = context.time.now
        guard now < context.deadline else { throw Self.late }
        return now
    }

    /// Looks at the server: version, eviction, rights, table, clock and durability.
    @discardableResult
    func check(_ context: AttemptContext) async throws(BackendError) -> ReplicaStatus {
        do throws(BackendError) {
            let info = try await self.info(context)
            if let problem = Self.problem(of: info, isNative: self.isNative) { throw self.problem(problem) }
            try await self.checkRights(context)
            let (status, run) = try await self.look(context)
            let durability = await self.durability(info, context)
            self.state.withLock {
                $0.check = .passed(run: run)
                $0.durability = durability
            }
            return status
        } catch {
            var error = error.beforehand
            // What no user may do is the server's fault here, not the operation's.
            if error.failure == .rejected { error.failure = .unavailable }
            let until = context.time.now.advanced(by: Self.patience)
            let isFinding = error.failure == .unavailable && error.code != .unavailable
            self.state.withLock { $0.check = isFinding ? .failed(error, until: until) : .none }
            throw error
        }
    }

    private func problem(_ text: String, _ code: ErrorCode = .unsupported) -> BackendError {
        BackendError(.unavailable, code, "The Redis server of region \(self.region) \(text)")
    }

    /// What `INFO` tells, by name.
    func info(_ context: AttemptContext) async throws(BackendError) -> [String: String] {
        let reply = try await self.sendBeforehand(RedisCommand("INFO"), in: context)
        var info: [String: String] = [:]
        for line in (reply.text ?? "").split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            info[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return info
    }

    /// Why a server with these properties cannot hold a region, and what to do about it; nil when it can.
    static func problem(of info: [String: String], isNative: Bool = false) -> String? {
        let version = info["redis_version"] ?? ""
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= self.minimumVersion else {
            return
                "is of version \(version.isEmpty ? "unknown" : version); \(self.minimumVersion).0 or later is needed."
        }
        let policy = info["maxmemory_policy"] ?? ""
        guard policy == "noeviction" else {
            return policy.isEmpty
                ? "does not tell its maxmemory-policy, which must be noeviction."
                : "has the maxmemory-policy \(policy): items would be removed without a trace. "
                    + "Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in its configuration file)."
        }
        guard !isNative || info["role"] != "slave" || info["slave_read_only"] == "1" else {
            return "is a replica that takes writes, which its master never sees. "
                + "Set replica-read-only to yes (CONFIG SET replica-read-only yes, and in its configuration file)."
        }
        return nil
    }

    private func checkRights(_ context: AttemptContext) async throws(BackendError) {
        let asked = RedisAccess.scripted + (self.isNative ? RedisAccess.native : [])
        let commands = asked.map { RedisCommand.Argument.text($0) }
        let reply = try await self.run(.rights, [self.layout.meta], commands, in: context).value
        let missing = (reply.elements ?? []).compactMap(\.text)
        guard !missing.isEmpty else { return }
        let rule = RedisAccess.rule(namespace: self.configuration.namespace, isNative: self.isNative)
        throw self.problem(
            "does not let this user run \(missing.joined(separator: ", ")) on \(self.layout.prefix)*. "
                + "What a user needs: ACL SETUSER name \(rule)",
            .accessDenied
        )
    }

    /// Asks for the server's settings; a user who may not see them learns less.
    private func durability(_ info: [String: String], _ context: AttemptContext) async -> RedisDurability {
        let reply = try? await self.send(
            RedisCommand("CONFIG", "GET", "appendfsync", "save"),
            as: .read,
            in: context
        )
        var settings: [String: String] = [:]
        let parts = reply?.elements?.map { $0.text ?? "" } ?? []
        for place in stride(from: 0, to: parts.count - 1, by: 2) { settings[parts[place]] = parts[place + 1] }
        return RedisDurability(
            appendsOnly: info["aof_enabled"] == "1",
            appendfsync: settings["appendfsync"],
            save: settings["save"]
        )
    }

    /// Where the region stands, and in which run of its server; it is made where there is none.
    func look(_ context: AttemptContext) async throws(BackendError) -> (status: ReplicaStatus, run: [UInt8]) {
        let layout = self.layout
        let keys = [layout.meta, layout.live, layout.dead, layout.cursors, layout.due]
        let answer = try await self.runInRegion(.look, keys, [self.readiness], in: context)
        guard let parts = answer.value.elements, parts.count == 6, let meta = parts[0].elements, meta.count == 10,
            let cursors = parts[1].elements, let rows = parts[2].number(as: Int.self),
            let parked = parts[3].number(as: Int.self), let run = parts[4].content
        else { throw self.violation("status", .read) }
        self.learn(parts[5], from: answer)
        try self.checkIdentity(format: meta[0], region: meta[1], table: meta[2])
        guard let incarnation = meta[3].number(as: UInt64.self), let ready = meta[4].content,
            let sequence = meta[5].number(as: Int64.self), let version = meta[6].version,
            let clock = RedisValue.timestamp(meta[7], meta[8]), let floor = meta[9].version
        else { throw self.violation("status", .read) }
        self.note(clock)
        var status = ReplicaStatus(
            region: self.region,
            isReady: ready == run,
            isEmpty: rows == 0,
            head: ReplicaCursor(incarnation: incarnation, sequence: sequence, version: version),
            cursors: [:],
            clock: clock,
            collectionFloor: floor,
            parked: parked
        )
        for place in stride(from: 0, to: cursors.count - 1, by: 2) {
            guard let peer = cursors[place].text, let cursor = cursors[place + 1].text.flatMap({ ReplicaCursor($0) })
            else { throw self.violation("status", .read) }
            status.cursors[Region(peer)] = cursor
        }
        return (status, run)
    }

    private func checkIdentity(
        format: RedisValue,
        region: RedisValue,
        table: RedisValue
    ) throws(BackendError) {
        let advice = "It was left as it is: choose another namespace; the region then merges from its peers."
        guard format.number(as: Int.self) == RedisLayout.formatVersion else {
            throw self.problem("holds keys \(self.layout.prefix)* of another version of RegionKit. \(advice)")
        }
        guard self.isNative == (region.text == "") else {
            throw self.problem(
                self.isNative
                    ? "holds \(self.layout.prefix)* of a region that RegionKit replicates. \(advice)"
                    : "holds \(self.layout.prefix)* of a table that Redis itself replicates (mode=replicas). \(advice)"
            )
        }
        guard self.isNative || region.text == self.region.name else {
            let advice = "Two regions never share a namespace in one server: choose another."
            throw self.problem("holds region \(region.text ?? "") under \(self.layout.prefix). \(advice)")
        }
        let asked = RedisLayout.description(of: self.schema)
        guard table.text == asked else {
            throw self.problem("holds \(table.text ?? "") under \(self.layout.prefix), not \(asked). \(advice)")
        }
    }
}
