internal import RegionKitCore

extension BackendConformance {
    static let scanRules: [Rule] = [
        Rule(name: "a scan answers with every item once, page by page") { trial in
            let names = (0..<15).map { "item-\($0)" }
            for name in names { try await trial.put(trial.item(name)) }
            try await trial.write(.delete(trial.key("item-3")))
            let expected = names.filter { $0 != "item-3" }.sorted()
            for limit in [nil, 4, 7] {
                let found = try await trial.scanAll(Scan(limit: limit)).compactMap { $0["sk"]?.string }
                trial.log.expect("the items, limit \(limit ?? 0)", found.sorted(), equals: expected)
            }
        },
        Rule(name: "a scan's filter leaves items out") { trial in
            for n in 0..<8 { try await trial.put(trial.item("item-\(n)", ["n": .number(Number(n))])) }
            let filter = attribute("pk") == .string(trial.name) && attribute("n") < 3
            let found = try await trial.scanAll(Scan(limit: 5, filter: filter)).compactMap { $0["n"]?.number?.int64 }
            trial.log.expect("the items", found.sorted(), equals: [0, 1, 2])
        },
    ]
}
