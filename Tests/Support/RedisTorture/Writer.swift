internal import BackendRedis
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// An application at one site: several callers of a store of its own, which fails over, and a replicator.
final class Writer: Sendable {
    private static let callers = 4
    private static let sharedKeys = 60
    private static let ownKeys = 10

    private let name: String
    private let regions: RedisRegions
    private let store: MultiRegionStore
    private let ledger: Ledger
    private let isOrdered: Bool
    private let isDone = Atomic(false)

    init(_ name: String, at site: Int, _ network: Network, _ plan: Plan, _ ledger: Ledger) async throws {
        (self.name, self.ledger, self.isOrdered) = (name, ledger, plan.isDurable)
        self.regions = try await RedisRegions.open(network.regions(from: site)) { event in
            guard case .lost = event else { return }
            note("\(name): \(event)")
            ledger.noticedLoss()
        }
        self.store = try MultiRegionStore(
            schema: Network.schema,
            regions: self.regions.endpoints,
            services: [self.regions]
        )
    }

    /// Replicates, writes until ``stopWriting()``, and goes on replicating until the task is cancelled.
    func run() async throws {
        try await withMultiRegionStore(self.store) { store in
            await withTaskGroup(of: Void.self) { group in
                for caller in 0..<Self.callers {
                    group.addTask { await self.write("\(self.name)-\(caller)", in: store) }
                }
            }
            try await Task.sleep(for: .seconds(86400))
        }
    }

    func stopWriting() { self.isDone.store(true, ordering: .relaxed) }

    private func write(_ caller: String, in store: MultiRegionStore) async {
        var number = 0
        while !self.isDone.load(ordering: .relaxed), !Task.isCancelled {
            number += 1
            let kind = Int.random(in: 0..<5)
            let key =
                switch kind {
                // Nothing hides what becomes of a key that is written once.
                case 0: "once-\(caller)-\(number)"
                case 1, 2: "own-\(caller)-\(number % Self.ownKeys)"
                default: "shared-\(Int.random(in: 0..<Self.sharedKeys))"
                }
            if Int.random(in: 0..<4) == 0 { await self.read(key, in: store) }
            let token = kind > 0 && Int.random(in: 0..<5) == 0 ? nil : "\(caller)-\(number)"
            let isDone = await self.write(key, token, caller, in: store)
            // A site that is cut off from all regions fails at once.
            try? await Task.sleep(for: .milliseconds(.random(in: 0...(isDone ? 40 : 400))))
        }
    }

    private func read(_ key: String, in store: MultiRegionStore) async {
        guard let answer = try? await store.get(Key(.string(key)), in: Network.names.randomElement()),
            let version = answer.version
        else { return }
        self.ledger.read(.init(key: key, token: answer.item?["token"]?.string), as: version)
    }

    /// - Returns: Whether the write was acknowledged.
    private func write(
        _ key: String,
        _ token: String?,
        _ caller: String,
        in store: MultiRegionStore
    ) async -> Bool {
        do throws(RegionError) {
            let answer: Routed<WriteResult>
            if let token {
                answer = try await store.put(Self.item(key, token))
            } else {
                answer = try await store.delete(Key(.string(key)))
            }
            guard let version = answer.version else {
                self.ledger.failed("no version")
                return false
            }
            self.ledger.acknowledged(
                .init(key: key, token: token),
                as: version,
                by: caller,
                in: answer.region,
                isOrdered: self.isOrdered
            )
            return true
        } catch {
            self.ledger.failed(error.code.name)
            return false
        }
    }

    private static func item(_ id: String, _ token: String) -> Item {
        let group = AttributeValue.string("g\(token.utf8.reduce(0) { $0 &+ Int($1) } % 7)")
        return [
            "id": .string(id), "token": .string(token), "group": group,
            // Some are longer than a page, on whose border the death of a server tears its file.
            "ballast": .string(String(repeating: "x", count: .random(in: 0..<6000))),
        ]
    }
}
