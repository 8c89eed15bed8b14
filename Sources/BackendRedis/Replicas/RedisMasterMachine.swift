internal import RegionKitCore

/// What is known of which server of a set is the master, and when the servers are asked again.
///
/// A pure value. A master is believed in until it refuses a write or fails at one. While it is in doubt every write asks
/// first, as the first one does, together with the others that do: at most one round of questions at a time, and at most
/// every ``interval``.
struct RedisMasterMachine: Sendable {
    /// What one round of questions found.
    struct Finding: Hashable, Sendable {
        var began: MonotonicInstant
        var ended: MonotonicInstant
        /// Of the servers that answered.
        var roles: [Region: RedisRole]
        /// The one that writes go to: of several the one believed in before, else the one with the most replicas.
        var master: Region?
        /// All that say they are; more than one means that they take writes apart from each other.
        var masters: [Region]
    }

    /// How one who wants to know comes by it.
    enum Step: Hashable, Sendable {
        case use(Finding)
        /// A round is under way: wait for its end.
        case wait
        /// It is too early for another round.
        case rest(until: MonotonicInstant)
        /// Ask all servers, and report to ``roundEnded(_:at:)`` in any case.
        case ask
    }

    static let interval = Duration.milliseconds(100)

    private let order: [Region]
    private(set) var master: Region?
    /// When the master was last doubted; nil while there is no doubt.
    private(set) var doubted: MonotonicInstant? = MonotonicInstant(nanoseconds: .min)
    private var finding: Finding?
    private var began: MonotonicInstant?
    private var isUnderWay = false

    init(_ order: [Region]) {
        self.order = order
    }

    /// From which moment a server's role must be known before it is given a write; nil where it is the master without a
    /// doubt.
    func question(for region: Region) -> MonotonicInstant? {
        self.doubted ?? (self.master == region ? nil : MonotonicInstant(nanoseconds: .min))
    }

    /// A server has done a write.
    mutating func served(_ region: Region) {
        guard self.master == nil || self.master == region else { return }
        (self.master, self.doubted) = (region, nil)
    }

    /// A server has refused a write, or failed at it.
    mutating func failed(at now: MonotonicInstant) {
        self.doubted = now
    }

    /// What one does who wants to know what a server and the others are, as of a moment or later.
    ///
    /// That another server is the master may be known from a round that began a little before.
    mutating func next(for region: Region, since moment: MonotonicInstant, at now: MonotonicInstant) -> Step {
        if let finding = self.finding, finding.ended.duration(to: now) < Self.interval,
            finding.began >= moment || (finding.master.map { $0 != region } ?? false)
        {
            return .use(finding)
        }
        guard !self.isUnderWay else { return .wait }
        if let next = self.began?.advanced(by: Self.interval), now < next { return .rest(until: next) }
        (self.began, self.isUnderWay) = (now, true)
        return .ask
    }

    /// A round has ended with the roles of those that answered; nil when it was broken off.
    mutating func roundEnded(_ roles: [Region: RedisRole]?, at now: MonotonicInstant) {
        self.isUnderWay = false
        guard let roles, let began = self.began else { return }
        let masters = self.order.filter { roles[$0]?.isMaster == true }
        // One that was replaced while it was away comes back without replicas.
        let master =
            masters.first { $0 == self.master }
            ?? masters.max { (roles[$0]?.replicas ?? 0) < (roles[$1]?.replicas ?? 0) }
        self.finding = Finding(began: began, ended: now, roles: roles, master: master, masters: masters)
        guard let master else { return }
        self.master = master
        if let doubted = self.doubted, doubted <= began { self.doubted = nil }
    }
}
