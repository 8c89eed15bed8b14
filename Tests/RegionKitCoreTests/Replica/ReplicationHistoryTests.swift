import RegionKitCore
import RegionKitTesting
import Testing

/// Random histories over three regions; each seed can be run again alone.
struct ReplicationHistoryTests {
    /// What must be true at the end of a history.
    private struct Promises {
        /// The newest acknowledged write of each key that cannot have been lost with a region.
        var required: [Key: Version] = [:]
        var isDeleted: [Version: Bool] = [:]

        mutating func acknowledged(_ key: Key, _ version: Version, isDelete: Bool) {
            self.required[key] = max(self.required[key] ?? version, version)
            self.isDeleted[version] = isDelete
        }

        /// A region loses what it has; only what another region holds is still required.
        mutating func lost(_ region: InMemoryReplicaStore, others: [InMemoryReplicaStore]) {
            let copies = others.map(\.contents)
            for (key, version) in self.required where region.contents[key]?.version == version {
                // Where nobody else has the row, the best of what others have is what is left to require.
                let best = copies.compactMap { $0[key]?.version }.max()
                if best != version { self.required[key] = best }
            }
        }
    }

    private static let keys: [Key] = ["k0", "k1", "k2", "k3", "k4"]

    @Test(arguments: 0..<20)
    func
        `C5 histories with cuts, lag, reordering, skew and restarts converge to the highest versions (faults 12, 14, 15, 16, 17)`(
            _ block: Int
        ) async throws
    {
        for seed in block * 100..<block * 100 + 100 {
            try await Self.run(seed: UInt64(seed), withLosses: false)
        }
    }

    @Test(arguments: 0..<10)
    func `C5 histories with wiped, restored and left-out regions converge without resurrection (faults 16, 18)`(
        _ block: Int
    ) async throws {
        for seed in block * 50..<block * 50 + 50 {
            try await Self.run(seed: UInt64(1_000_000 + seed), withLosses: true)
        }
    }

    private static func run(seed: UInt64, withLosses: Bool) async throws {
        var generator = SeededGenerator(seed: seed)
        var configuration = Replicator.Configuration()
        configuration.seed = seed
        configuration.batch = .random(in: 1...5, using: &generator)
        configuration.tombstoneRetention = .milliseconds(.random(in: 0...200, using: &generator))
        let mesh = Mesh(configuration: configuration)
        try await mesh.replicator.prepare()
        var promises = Promises()
        var copies: [InMemoryReplicaStore.Copy?] = [nil, nil, nil]
        var exiled: Int?
        for step in 0..<40 {
            let region = Int.random(in: 0..<3, using: &generator)
            let other = (region + Int.random(in: 1...2, using: &generator)) % 3
            let (store, otherStore) = (mesh.stores[region], mesh.stores[other])
            let key = Self.keys.randomElement(using: &generator) ?? "k0"
            switch Int.random(in: 0..<(withLosses ? 26 : 22), using: &generator) {
            case 0..<9:
                let isDelete = Int.random(in: 0..<3, using: &generator) == 0
                if let version = try? await mesh.write(key, isDelete ? nil : step, in: region) {
                    promises.acknowledged(key, version, isDelete: isDelete)
                }
            case 9, 10:
                let condition = LinkCondition(
                    lag: .milliseconds(.random(in: 0...80, using: &generator)),
                    jitter: .milliseconds(.random(in: 0...80, using: &generator)),
                    isCut: .random(using: &generator),
                    reorders: .random(using: &generator)
                )
                mesh.replicator.setLink(from: store.region, to: otherStore.region, condition)
            case 11, 12: mesh.time.advance(by: .milliseconds(.random(in: 1...100, using: &generator)))
            case 13..<18: await mesh.replicator.replicateOnce()
            case 18, 19: await mesh.replicator.collect()
            case 20:
                mesh.restart()
                if let exiled { mesh.replicator.forget(mesh.stores[exiled].region) }
                try await mesh.replicator.prepare()
            case 21:
                guard !withLosses else { break }
                store.setClockSkew(.milliseconds(.random(in: -30_000...70_000, using: &generator)))
            case 22: copies[region] = store.copy()
            case 23, 24:
                guard exiled == nil else { break }
                promises.lost(store, others: mesh.stores.filter { $0.region != store.region })
                mesh.time.advance(by: .milliseconds(1))
                if let copy = copies[region] { store.restore(copy) } else { store.wipe() }
                try await mesh.replicator.prepare()
            default:
                if let away = exiled {
                    mesh.stores[away].setOutage(nil)
                    exiled = nil
                    mesh.restart()
                    try await mesh.replicator.prepare()
                } else {
                    promises.lost(store, others: mesh.stores.filter { $0.region != store.region })
                    store.setOutage(BackendError(.notSent, .unavailable, "away"))
                    exiled = region
                    mesh.replicator.forget(store.region)
                }
            }
        }
        for store in mesh.stores { store.setOutage(nil) }
        if exiled != nil { mesh.restart() }
        mesh.replicator.setLinks(LinkCondition())
        try await mesh.replicator.prepare()
        // Parked rows become due meanwhile.
        mesh.time.advance(by: .seconds(60))
        #expect(try await mesh.settle(), "seed \(seed) does not converge")
        #expect(mesh.isEqual, "seed \(seed): regions differ")
        if !withLosses { #expect(mesh.hasEqualTombstones, "seed \(seed): tombstones differ") }
        for (key, version) in promises.required {
            let row = mesh.stores[0].contents[key]
            let isGone = row == nil && promises.isDeleted[version] == true
            #expect(
                isGone || (row?.version ?? Version(timestamp: .zero, origin: Origin(rawValue: 0))) >= version,
                "seed \(seed): \(key) stands at \(String(describing: row?.version)), acknowledged was \(version)"
            )
            if !withLosses, let row { #expect(row.version == version, "seed \(seed)") }
        }
    }
}
