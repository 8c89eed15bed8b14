internal import RegionKitCore

extension Command {
    static let adopt = Command(
        "adopt",
        "Lets a restored or emptied region take writes as it is, without its peers.",
        discussion: """
            A region that is new, or has lost data, waits for a peer to merge from before it takes writes. When no \
            peer will be there soon, this decides by hand. What the peers have and it lacks arrives later, by \
            replication; until then readers there do not see it.
            """,
        operands: ["R"],
        examples: ["regionctl adopt us-east-1"]
    ) { invocation in
        let console = invocation.console
        let configuration = try invocation.configuration()
        let region = try configuration.region(named: invocation.arguments.operands[0], for: "R")
        let isNew = try await invocation.withTable(configuration) { try await $0.deployment.adopt(region) }
        if console.isJSON {
            console.output(["region": .string(region.name), "adopted": .bool(isNew)])
        } else {
            console.output(
                isNew ? "\(region) takes writes now." : "\(region) takes writes already; nothing was changed."
            )
        }
        return .done
    }
}

extension Deployment {
    /// Lets a region take writes.
    ///
    /// - Returns: Whether it did not before.
    fileprivate func adopt(_ region: Region) async throws(BackendError) -> Bool {
        guard let store = self.stores.first(where: { $0.region == region }) else {
            let broken = self.endpoints.first { $0.region == region }?.backend as? BrokenBackend
            throw broken?.error ?? BackendError(.rejected, .unsupported, "\(region) needs no peers to take writes.")
        }
        let context = AttemptContext(within: .seconds(5))
        let status = try await store.status(in: context)
        guard !status.isReady else { return false }
        // While a peer cannot be opened there is no replicator, and that is when this is needed most.
        if let replicator = self.replicator {
            try await replicator.adopt(region)
        } else {
            try await store.markReady(status.head.incarnation, in: context)
        }
        return true
    }
}

extension AttemptContext {
    /// One call to a store, outside of any operation.
    init(within limit: Duration, time: any TimeSource = SystemTime()) {
        self.init(deadline: time.now.advanced(by: limit), operation: OperationID(high: 0, low: 0), time: time)
    }
}
