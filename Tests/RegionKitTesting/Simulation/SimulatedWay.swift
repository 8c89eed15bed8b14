internal import RegionKitCore

/// What a message to a region meets at one moment.
struct SimulatedWay: Hashable, Sendable {
    /// Nobody listens at the other end.
    var isRefused = false
    /// No new connection can be made, because the name resolves to nothing.
    var isNameless = false
    /// Messages vanish.
    var isBlackhole = false
    /// The region takes no writes.
    var isReadOnly = false
    /// What the region needs longer for an answer.
    var delay = Duration.zero
    /// The share of requests that fail.
    var errors = 0.0
    /// The share of requests that are refused for now.
    var throttled = 0.0
    /// How much later writes arrive.
    var lateness: Duration?

    /// The way to a region as the faults make it that last now; `clients` is nil between regions.
    init(to region: Region, from clients: String?, among faults: [ScenarioFault], at moment: Duration) {
        for fault in faults where fault.region ?? region == region && (fault.clients ?? clients) == clients {
            switch fault.kind {
            case .outage: self.isRefused = true
            case .flapping(let period):
                if Int((moment - fault.start) / period) % 2 == 0 { self.isRefused = true }
            case .nameVanishes: self.isNameless = clients != nil
            case .blackhole: self.isBlackhole = true
            case .readOnly: self.isReadOnly = clients != nil
            case .slow(let delay): self.delay += delay
            case .errors(let share): self.errors = max(self.errors, share)
            case .throttled(let share): self.throttled = max(self.throttled, clients == nil ? 0 : share)
            case .lateWrites(let lateness): self.lateness = clients == nil ? nil : lateness
            case .clockSkew, .linkLag, .linkCut, .evacuation, .clientRestart: break
            }
        }
    }

    /// Whether operations of a client cannot succeed at all.
    var isDead: Bool { self.isRefused || self.isBlackhole }
}
