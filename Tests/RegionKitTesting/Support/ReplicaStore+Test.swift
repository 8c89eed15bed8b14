package import RegionKitCore

extension ReplicaStore {
    /// Stores an item under a key of the tests' table.
    @discardableResult
    package func put(
        _ key: Key = .test(),
        _ attributes: Item = [:],
        expected: ReplicaCommit.Expectation = .any,
        in context: AttemptContext = .test()
    ) async throws(BackendError) -> CommitOutcome {
        let item = attributes.merging(self.schema.attributes(of: key)) { _, own in own }
        let change = ReplicaCommit.Change(key: key, expected: expected, effect: .put(item))
        return try await self.commit(ReplicaCommit(changes: [change], digest: 1), in: context)
    }

    /// Deletes what stands under a key of the tests' table.
    @discardableResult
    package func delete(_ key: Key = .test(), in context: AttemptContext = .test()) async throws(BackendError)
        -> CommitOutcome
    {
        let change = ReplicaCommit.Change(key: key, expected: .any, effect: .delete)
        return try await self.commit(ReplicaCommit(changes: [change], digest: 2), in: context)
    }

    package func item(_ key: Key = .test(), in context: AttemptContext = .test()) async throws(BackendError) -> Item? {
        try await self.load(key, .eventual, in: context)?.item
    }
}
