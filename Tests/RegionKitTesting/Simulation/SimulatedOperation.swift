internal import RegionKitCore

/// What a client does once.
struct SimulatedOperation: Hashable, Sendable {
    enum Action: Hashable, Sendable {
        case get(ReadConsistency)
        case put
        case delete
        /// Adds one; may not be repeated elsewhere.
        case increment
        /// Puts an item that must not exist; fails where it does.
        case create
    }

    /// What came back.
    struct Answer: Sendable {
        var region: Region
        var version: Version?
        var attempts: Int
    }

    var action: Action
    var key: Key
    /// The number of the affinity, if it has one.
    var affinity: Int?

    var kind: OperationKind { if case .get = self.action { .read } else { .write } }

    /// Whether only the active region may do it.
    var isConditional: Bool { self.action == .increment || self.action == .create }

    /// Draws an operation.
    init(_ load: Scenario.Load, using generator: inout SeededGenerator) {
        self.key = Key(.string("item-\(Int.random(in: 0..<load.keys, using: &generator))"))
        if load.affinities > 0 { self.affinity = Int.random(in: 0..<load.affinities, using: &generator) }
        if generator.happens(load.reads) {
            self.action = .get(generator.happens(load.consistent) ? .consistent : .eventual)
        } else {
            let place = Double.random(in: 0..<1, using: &generator)
            if place < load.conditional {
                self.action = generator.happens(0.5) ? .increment : .create
            } else {
                self.action = place < load.conditional + load.deletes ? .delete : .put
            }
        }
    }

    /// Does it; a condition that does not hold is an answer too.
    func perform(on store: MultiRegionStore, _ options: OperationOptions) async throws(RegionError) -> Answer {
        switch self.action {
        case .get(let consistency):
            let read = try await store.get(self.key, consistency: consistency, options: options)
            return Answer(region: read.region, version: read.value.version, attempts: read.failures.count + 1)
        case .put: return try await self.written(store.put(self.item, options: options))
        case .delete: return try await self.written(store.delete(self.key, options: options))
        case .increment:
            let update = Update([.add("count", .number(1))])
            return try await self.written(store.update(self.key, update, options: options))
        case .create:
            do throws(RegionError) {
                return try await self.written(
                    store.put(self.item, if: .not(.exists("id")), options: options)
                )
            } catch {
                guard error.code == .conditionFailed, let region = error.region else { throw error }
                return Answer(region: region, version: nil, attempts: error.attempts.count)
            }
        }
    }

    private var item: Item { ["id": self.key.partition] }

    private func written(_ written: Routed<WriteResult>) -> Answer {
        Answer(region: written.region, version: written.value.version, attempts: written.failures.count + 1)
    }
}
