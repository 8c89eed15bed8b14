internal import RegionKitCore

/// One question to a policy.
struct PolicyTrial: Sendable {
    var request: RoutingRequest
    var candidates: RegionSet
    var snapshot: RegionSnapshot

    func choice(of policy: some RoutingPolicy, among candidates: RegionSet? = nil) -> Int? {
        policy.choose(for: self.request, from: candidates ?? self.candidates, in: self.snapshot)
    }

    func permission(of policy: some RoutingPolicy) -> RegionSet {
        policy.permitted(for: self.request, of: self.candidates, in: self.snapshot)
    }

    /// The same question at another moment: other health, another chance, another home.
    func withHealth(of other: PolicyTrial) -> PolicyTrial {
        var trial = self
        trial.request.random = other.request.random
        trial.request.home = other.request.home
        for position in trial.snapshot.regions.indices {
            let region = trial.snapshot.regions[position].region
            let state =
                other.snapshot.regions.isEmpty ? nil : other.snapshot.regions[position % other.snapshot.regions.count]
            trial.snapshot.regions[position] = state ?? RegionState(region: region)
            trial.snapshot.regions[position].region = region
        }
        return trial
    }

    var text: String {
        let regions = self.snapshot.regions.prefix(8).map {
            "\($0.region) \($0.reads)/\($0.writes) \($0.latency.map { "\($0)" } ?? "no latency"), \($0.inFlight) in flight"
        }
        let more = self.snapshot.regions.count > 8 ? "; …" : ""
        return "candidates \(self.candidates.map(\.self)), random \(self.request.random), home "
            + "\(self.request.home.map { "\($0)" } ?? "none"), \(self.request.kind) among [\(regions.joined(separator: "; "))\(more)]"
    }

    /// Random questions.
    struct Source {
        private static let others = (0..<64).map { Region("region-\($0)") }

        private let names: [Region]
        private var random: SeededGenerator

        init(regions: [Region], seed: UInt64) {
            self.names = regions
            self.random = SeededGenerator(seed: seed)
        }

        mutating func next() -> PolicyTrial {
            let snapshot = RegionSnapshot(regions: self.regions())
            // Some positions are no region's.
            let known = self.oneIn(16) ? RegionSet(bits: .max) : RegionSet(first: snapshot.regions.count)
            let candidates = RegionSet(bits: self.oneIn(4) ? known.bits : self.random.next() & known.bits)
            return PolicyTrial(request: self.request(), candidates: candidates, snapshot: snapshot)
        }

        private mutating func oneIn(_ number: UInt64) -> Bool { self.random.next() % number == 0 }

        private mutating func regions() -> [RegionState] {
            // Most stores have few regions; 1 question in 16 has up to 64, 1 in 256 none.
            let most: UInt64 = self.oneIn(16) ? 64 : 6
            let count = self.oneIn(256) ? 0 : Int(1 + self.random.next() % most)
            var names = (self.names + Self.others).prefix(max(count, self.names.count))
            if self.oneIn(2) { names.shuffle(using: &self.random) }
            let allUnhealthy = self.oneIn(8)
            let unknown = self.oneIn(8)
            return names.prefix(count).map { region in
                RegionState(
                    region: region,
                    reads: allUnhealthy ? .unhealthy : self.status(),
                    writes: allUnhealthy ? .unhealthy : self.status(),
                    latency: unknown ? nil : self.latency(),
                    inFlight: self.oneIn(16) ? .max : Int(self.random.next() % 1024),
                    replicationLag: self.oneIn(2) ? nil : self.latency()
                )
            }
        }

        private mutating func status() -> RegionStatus {
            RegionStatus.allCases[Int(self.random.next() % UInt64(RegionStatus.allCases.count))]
        }

        private mutating func latency() -> Duration? {
            switch self.random.next() % 16 {
            case 0: nil
            case 1: .zero
            case 2: .nanoseconds(Int64.max)
            case 3: .nanoseconds(1)
            default: .microseconds(Int64(self.random.next() % 100_000))
            }
        }

        private mutating func request() -> RoutingRequest {
            let isRead = self.oneIn(2)
            let number = self.random.next() % 8
            return RoutingRequest(
                kind: isRead ? .read : .write,
                table: number < 4 ? "table" : "other-table",
                partition: self.oneIn(2) ? nil : .string("key-\(number)"),
                consistency: isRead ? (self.oneIn(2) ? .consistent : .eventual) : nil,
                affinity: self.oneIn(2) ? nil : "user-\(number)",
                // Positions that are none are asked too.
                home: self.oneIn(2) ? nil : self.oneIn(16) ? .max : Int(number) - 1,
                random: self.oneIn(16) ? .max : self.oneIn(16) ? 0 : self.random.next()
            )
        }
    }
}
