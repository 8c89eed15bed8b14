internal import RegionKitCore

extension ReplicaStoreConformance {
    static let leaseRules: [Rule] = [
        Rule(name: "a lease of a peer goes to one holder, who may renew it") { trial in
            trial.log.expect("the first", try await trial.lease("a", "b", to: 1), equals: ["a", "b"])
            trial.log.expect("the first again", try await trial.lease("a", "b", to: 1), equals: ["a", "b"])
            trial.log.expect("another", try await trial.lease("a", "b", "c", to: .max), equals: ["c"])
            trial.log.expect("the first for another peer", try await trial.lease("b", "c", to: 1), equals: ["b"])
        },
        Rule(name: "a lease whose time is over is free") { trial in
            _ = try await trial.lease("a", "b", to: 1)
            _ = try await trial.lease("a", to: 1, for: .milliseconds(20))
            try await trial.time.sleep(for: .milliseconds(50))
            trial.log.expect("another", try await trial.lease("a", "b", to: 2), equals: ["a"])
            trial.log.expect("the first", try await trial.lease("a", "b", to: 1), equals: ["b"])
        },
        Rule(name: "a lease is given up by its holder alone, in a cancelled task too, and is free then") { trial in
            _ = try await trial.lease("a", "b", to: 1)
            trial.log.expect("giving up", try await trial.lease("a", to: 1, for: .zero), equals: [])
            trial.log.expect("giving up another's", try await trial.lease("a", "b", to: 2, for: .zero), equals: [])
            trial.log.expect("another", try await trial.lease("a", "b", to: 2), equals: ["a"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await trial.lease("b", to: 1, for: .zero) }
                try await group.waitForAll()
            }
            trial.log.expect("after a cancelled task", try await trial.lease("b", to: 2), equals: ["b"])
        },
        Rule(name: "of many that ask for a lease at once one gets it, ready or not", isReady: false) { trial in
            let granted = try await withThrowingTaskGroup(of: Set<Region>.self) { group in
                for holder in 1...16 as ClosedRange<UInt64> {
                    group.addTask { try await trial.lease("a", to: holder) }
                }
                return try await group.reduce(0) { $0 + $1.count }
            }
            trial.log.expect("leases granted", granted, equals: 1)
        },
    ]
}
