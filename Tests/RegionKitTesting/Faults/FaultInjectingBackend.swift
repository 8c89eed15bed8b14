public import RegionKitCore

/// A backend with faults in front of it, as a ``FaultPlan`` says.
public struct FaultInjectingBackend: RegionBackend {
    /// The backend behind.
    public let base: any RegionBackend
    /// The region that rules name.
    public let region: Region
    /// The faults.
    public let plan: FaultPlan

    /// Puts faults in front of a backend.
    public init(_ base: any RegionBackend, region: Region, plan: FaultPlan) {
        self.base = base
        self.region = region
        self.plan = plan
    }

    /// What the backend behind can do, but for deadlines: faults do not keep to them.
    public var capabilities: BackendCapabilities {
        var capabilities = self.base.capabilities
        capabilities.honoursDeadlines = false
        return capabilities
    }

    /// Performs the operation, or what the plan has in its place.
    public func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        guard let fault = self.plan.fault(for: request, in: self.region, at: context.time.now) else {
            return try await self.base.perform(request, in: context)
        }
        try await self.fail(fault, isWrite: request.kind == .write, in: context)
        let response = try await self.base.perform(request, in: context)
        switch fault {
        case .unknownAfterCommit:
            throw BackendError(
                .unknownOutcome,
                .outcomeUnknown,
                "Injected: the answer was lost.",
                clockCeiling: response.highestVersion?.timestamp
            )
        case .corrupt:
            if case .page = response { return .items([]) }
            return .page(Page(items: []))
        default:
            return response
        }
    }

    /// Probes, or does what the plan has in its place.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        guard let fault = self.plan.fault(for: nil, in: self.region, at: context.time.now) else {
            return try await self.base.probe(in: context)
        }
        try await self.fail(fault, isWrite: false, in: context)
        let report = try await self.base.probe(in: context)
        guard fault != .unknownAfterCommit, fault != .corrupt else {
            throw BackendError(.unknownOutcome, .protocolViolation, "Injected: the answer was lost.")
        }
        return report
    }

    /// Shuts the backend behind down.
    public func shutdown() async {
        await self.base.shutdown()
    }

    /// What a fault does before the operation.
    private func fail(_ fault: FaultRule.Fault, isWrite: Bool, in context: AttemptContext) async throws(BackendError) {
        switch fault {
        case .notSent: throw BackendError(.notSent, .unavailable, "Injected: not reached.")
        case .unknownBeforeCommit: throw BackendError(.unknownOutcome, .outcomeUnknown, "Injected: no answer.")
        case .unavailable: throw BackendError(.unavailable, .unavailable, "Injected: unavailable.")
        case .readOnly:
            if isWrite { throw BackendError(.readOnly, .readOnly, "Injected: read-only.") }
        case .throttled: throw BackendError(.throttled, .throttled, "Injected: throttled.")
        case .slow(let duration):
            try? await context.time.sleep(for: duration)
        case .hang:
            await context.time.hang()
            throw BackendError(.unknownOutcome, .cancelled, "Injected: cancelled while hanging.")
        case .unknownAfterCommit, .corrupt: break
        }
    }
}

extension BackendResponse {
    fileprivate var highestVersion: Version? {
        switch self {
        case .written(let result): result.version
        case .batch(let results): results.compactMap(\.version).max()
        case .item, .items, .page, .outcome: nil
        }
    }
}
