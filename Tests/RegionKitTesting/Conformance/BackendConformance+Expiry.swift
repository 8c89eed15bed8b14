internal import RegionKitCore

extension BackendConformance {
    static let expiryRules: [Rule] = [
        Rule(name: "expired items are left out of every read") { trial in
            let now = trial.time.wallMilliseconds / 1000
            let owner = AttributeValue.string(trial.name)
            let expiries: [(String, AttributeValue)] = [
                ("past", .number(Number(now - 5))), ("future", .number(Number(now + 3600))), ("text", "1"),
            ]
            for (name, expiry) in expiries {
                try await trial.put(trial.item(name, ["expires": expiry, "owner": owner]))
            }
            try await trial.put(trial.item("none", ["owner": owner]))
            let live = ["future", "none", "text"]
            trial.log.expect("a get", try await trial.get(trial.key("past")), equals: nil)
            trial.log.expect("a get of a later one", try await trial.get(trial.key("future")) != nil, "an item")
            let batch = try await trial.batchGet(["past", "none"].map(trial.key))
            trial.log.expect("a batch read", batch.map { $0.item?["sk"] }, equals: [nil, "none"])
            let query = try await trial.queryAll(Query(.string(trial.name), limit: 1))
            trial.log.expect("a query", query.compactMap { $0["sk"]?.string }, equals: live)
            let index = try await trial.queryAll(Query(owner, index: "byOwner"))
            trial.log.expect("an index", index.compactMap { $0["sk"]?.string }.sorted(), equals: live)
            let scan = try await trial.scanAll(Scan())
            trial.log.expect("a scan", scan.compactMap { $0["sk"]?.string }.sorted(), equals: live)
        }
    ]
}
