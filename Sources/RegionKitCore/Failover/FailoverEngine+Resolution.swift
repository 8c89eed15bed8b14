internal import Synchronization

// What became of writes whose outcome is unknown (F4).
extension FailoverEngine {
    func note(_ request: BackendRequest, began: MonotonicInstant, _ error: RegionError) {
        guard let operation = error.operation,
            let write = UnresolvedWrite(request, in: self.schema, began: began, time: self.time)
        else { return }
        let regions = error.attempts.filter { $0.failure == .unknownOutcome }.map(\.region)
        self.unresolved.withLock { $0.note(operation, .init(write: write, regions: regions)) }
    }

    func resolve(_ operation: OperationID, _ options: OperationOptions) async -> WriteOutcome {
        guard let entry = self.unresolved.withLock({ $0[operation] }) else { return .stillUnknown }
        var outcomes: Set<WriteOutcome> = []
        for region in Set(entry.regions).sorted() {
            outcomes.insert(await self.outcome(of: operation, entry.write, in: region, options))
        }
        let versions = outcomes.compactMap { if case .applied(let version) = $0 { version } else { nil } }
        if let newest = versions.max() { return .applied(newest) }
        for outcome in [WriteOutcome.applied(nil), .stillUnknown] where outcomes.contains(outcome) { return outcome }
        return .notApplied
    }

    private func outcome(
        of id: OperationID,
        _ write: UnresolvedWrite,
        in region: Region,
        _ options: OperationOptions
    ) async -> WriteOutcome {
        let (request, now) = (BackendRequest.resolve(write), self.time.now)
        let work = RequestWork(request: request) { response in
            if case .outcome(let outcome) = response { outcome } else { nil }
        }
        do throws(RegionError) {
            var operation = try self.operation(request, in: region, options, at: now)
            operation.id = id
            return try await self.run(work, &operation, at: now).value
        } catch {
            return .stillUnknown
        }
    }
}
