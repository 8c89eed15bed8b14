internal import Synchronization

// What a caller is told when an operation fails.
extension FailoverEngine {
    func giveUp(
        _ operation: Operation,
        _ machine: AttemptMachine,
        _ failures: [Attempt],
        _ error: BackendError? = nil,
        at now: MonotonicInstant
    ) -> RegionError {
        let last = failures.last
        let id = operation.kind == .write ? operation.id : nil
        if machine.outcomeIsUnknown {
            let message = "the write may or may not have been done; read the item, or repeat it with a condition"
            return RegionError(.outcomeUnknown, message, region: last?.region, operation: id, attempts: failures)
        }
        guard let last, let failure = last.failure else {
            return RegionError(
                .noEligibleRegion,
                "no region may be asked: \(self.reasons(operation, at: now))",
                region: operation.pinned,
                operation: id
            )
        }
        switch failure {
        case .rejected:
            return RegionError(
                last.code ?? .validation,
                last.message,
                region: last.region,
                operation: id,
                attempts: failures,
                storedItem: error?.storedItem
            )
        case .throttled, .conflict, .overloaded:
            return RegionError(
                ErrorCode(failure.rawValue),
                last.message,
                region: last.region,
                operation: id,
                attempts: failures
            )
        case .notSent, .unknownOutcome, .unavailable, .readOnly, .expired:
            let isLate = now >= operation.deadline || failure == .expired
            let regions = Self.causes(failures)
            return RegionError(
                isLate ? .deadlineExceeded : .unavailable,
                isLate
                    ? "no answer within the operation's deadline (\(regions))" : "no region could serve (\(regions))",
                region: operation.pinned,
                operation: id,
                attempts: failures
            )
        }
    }

    /// What failed in each region, once however often it was tried.
    static func causes(_ failures: [Attempt]) -> String {
        failures.reduce(into: []) { (causes: inout [String], attempt) in
            let cause = "\(attempt.region): \(attempt.message)"
            if !causes.contains(cause) { causes.append(cause) }
        }.joined(separator: "; ")
    }

    /// The operation is ended from outside.
    func interrupted(
        _ code: ErrorCode,
        _ reason: String,
        _ operation: Operation,
        _ machine: AttemptMachine,
        _ failures: [Attempt]
    ) -> RegionError {
        let isOpen = machine.outcomeIsUnknown
        return RegionError(
            isOpen ? .outcomeUnknown : code,
            isOpen ? "\(reason); the write may or may not have been done" : reason,
            region: isOpen ? failures.last?.region : nil,
            operation: operation.kind == .write ? operation.id : nil,
            attempts: failures
        )
    }

    func cancelled(_ operation: Operation, _ machine: AttemptMachine, _ failures: [Attempt]) -> RegionError {
        self.interrupted(.cancelled, "the caller was cancelled", operation, machine, failures)
    }

    /// Why each region is not eligible.
    func reasons(_ operation: Operation, at now: MonotonicInstant) -> String {
        let fenced = self.state.withLock { $0.board.fenced }
        return self.endpoints.indices.map { position in
            let reason = self.exclusion(of: position, operation, fenced) ?? "unhealthy"
            return "\(self.endpoints[position].region) is \(reason)"
        }.joined(separator: ", ")
    }

    /// Which fence keeps a region out of an operation; nil when none does.
    func exclusion(of position: Int, _ operation: Operation, _ fenced: RegionSet) -> String? {
        if !(operation.fence ?? self.permitted[operation.kind]).contains(position) {
            return "outside what the policy permits"
        }
        if !operation.allowed.contains(position) { return "not allowed for this operation" }
        return fenced.contains(position) ? "evacuated by hand" : nil
    }
}
