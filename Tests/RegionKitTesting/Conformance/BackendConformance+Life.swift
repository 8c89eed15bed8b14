internal import RegionKitCore

extension BackendConformance {
    static let lifeRules: [Rule] = [
        Rule(name: "a probe of a region that works succeeds") { trial in
            _ = try await trial.backend.probe(in: trial.context(for: .seconds(2)))
        },
        Rule(name: "a cancelled operation ends, and the backend works on") { trial in
            await withTaskGroup(of: Void.self) { group in
                for n in 0..<20 {
                    group.addTask { _ = try? await trial.write(.put(trial.item("item-\(n)"))) }
                }
                group.cancelAll()
            }
            let item = trial.item("after", ["n": 1])
            try await trial.put(item)
            trial.log.expect("an item put afterwards", try await trial.get(trial.key("after")), equals: item)
        },
    ]

    static let shutdownRule = Rule(name: "after shutdown every call fails as closed") { trial in
        try await trial.put(trial.item("a"))
        await trial.backend.shutdown()
        await trial.backend.shutdown()
        let classes: Set<FailureClass> = [.notSent, .unavailable, .overloaded]
        await trial.log.expectError("a read", classes, .closed) { try await trial.get(trial.key("a")) }
        await trial.log.expectError("a write", classes, .closed) { try await trial.write(.put(trial.item("b"))) }
        await trial.log.expectError("a probe", classes, .closed) { try await trial.backend.probe(in: trial.context()) }
    }
}
