internal import RegionKitCore
internal import Synchronization

/// The servers among which Redis itself replicates, and which of them is the master: the shell around
/// ``RedisMasterMachine``.
///
/// Servers are asked for their role, and told nothing: no command that changes a role is ever sent.
final class RedisReplicaSet: Sendable {
    /// A server, and how it is asked.
    struct Member: Sendable {
        var region: Region
        var role: @Sendable (AttemptContext) async throws(BackendError) -> RedisRole
    }

    private struct State {
        var machine: RedisMasterMachine
        var waiting: [ObjectIdentifier: Wakeup] = [:]
    }

    /// How long a server has to answer.
    private static let limit = Duration.seconds(1)
    /// How long the others have after the first answer, so that one that hangs holds up nobody for longer.
    private static let patience = Duration.milliseconds(300)
    /// The same after the first master's: it may not be the only one.
    private static let patienceWithMaster = Duration.milliseconds(100)

    private let members: [Member]
    private let state: Mutex<State>

    init(_ members: [Member]) {
        self.members = members
        self.state = Mutex(State(machine: RedisMasterMachine(members.map(\.region))))
    }

    /// From which moment a server's role must be known before it is given a write; nil where it is the master without a
    /// doubt.
    func question(for region: Region) -> MonotonicInstant? {
        self.state.withLock { $0.machine.question(for: region) }
    }

    /// The server that is believed to be the master.
    var master: Region? { self.state.withLock { $0.machine.master } }

    /// A server has done a write.
    func served(_ region: Region) {
        self.state.withLock { $0.machine.served(region) }
    }

    /// A server has refused a write, or failed at it.
    func failed(at now: MonotonicInstant) {
        self.state.withLock { $0.machine.failed(at: now) }
    }

    /// What a server and the others are, as of a moment or later; nil when the time is over before it is known.
    func roles(
        for region: Region,
        since moment: MonotonicInstant,
        in context: AttemptContext
    ) async -> RedisMasterMachine.Finding? {
        while !Task.isCancelled {
            let now = context.time.now
            guard now < context.deadline else { return nil }
            let wakeup = Wakeup()
            let step = self.state.withLock { state in
                let step = state.machine.next(for: region, since: moment, at: now)
                if step == .wait { state.waiting[ObjectIdentifier(wakeup)] = wakeup }
                return step
            }
            switch step {
            case .use(let finding): return finding
            case .rest(let until): try? await context.time.sleep(until: min(until, context.deadline))
            case .wait:
                await wakeup.sleep(until: context.deadline, on: context.time)
                self.state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(wakeup)) }
            case .ask:
                let roles = await self.ask(context)
                let waiting = self.state.withLock { state in
                    state.machine.roundEnded(roles, at: context.time.now)
                    return state.waiting.values
                }
                for wakeup in waiting { wakeup.signal() }
            }
        }
        return nil
    }

    /// One round of questions, to all at once; nil when it was broken off.
    private func ask(_ context: AttemptContext) async -> [Region: RedisRole]? {
        let time = context.time
        let now = time.now
        // With a time of its own: a reply that is late ends a connection, which others use as well.
        var question = context
        question.deadline = now.advanced(by: Self.limit)
        let believed = self.master
        let roles = await withTaskGroup(of: (Region, RedisRole?)?.self) { [question] group in
            func end(at moment: MonotonicInstant) {
                group.addTask {
                    try? await time.sleep(until: moment)
                    return nil
                }
            }
            for member in self.members {
                group.addTask { (member.region, try? await member.role(question)) }
            }
            end(at: min(question.deadline, context.deadline))
            var (roles, asked) = ([Region: RedisRole](), Set<Region>())
            while let answer = await group.next(), let (region, role) = answer {
                asked.insert(region)
                if let role {
                    let isFirstMaster = role.isMaster && !roles.values.contains(where: \.isMaster)
                    if roles.isEmpty { end(at: time.now.advanced(by: Self.patience)) }
                    if isFirstMaster { end(at: time.now.advanced(by: Self.patienceWithMaster)) }
                    roles[region] = role
                }
                let isFound = roles.values.contains(where: \.isMaster) && believed.map { asked.contains($0) } ?? false
                if isFound || asked.count == self.members.count { break }
            }
            group.cancelAll()
            return roles
        }
        return Task.isCancelled ? nil : roles
    }
}
