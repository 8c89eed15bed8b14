import RegionKitCore
import Synchronization

/// A backend that counts what it is asked and misbehaves when it is told to.
final class FaultyBackend: RegionBackend {
    enum Behaviour {
        case works
        /// Nothing is done; the error is thrown.
        case fails(BackendError)
        /// The request is done, then the error is thrown: the answer was lost.
        case answersAreLost(BackendError)
        /// Does not answer in time.
        case hangs
    }

    private struct State {
        var behaviour = Behaviour.works
        var requests: [String] = []
        var probes = 0
    }

    let capabilities: BackendCapabilities
    private let inner: any RegionBackend
    private let state = Mutex(State())

    init(_ inner: any RegionBackend, remembersWrites: Bool = true) {
        self.inner = inner
        var capabilities = inner.capabilities
        capabilities.deduplicatesWrites = remembersWrites && capabilities.deduplicatesWrites
        self.capabilities = capabilities
    }

    var behaviour: Behaviour {
        get { self.state.withLock { $0.behaviour } }
        set { self.state.withLock { $0.behaviour = newValue } }
    }

    /// The names of the requests so far.
    var requests: [String] { self.state.withLock { $0.requests } }
    /// How many probes came so far.
    var probes: Int { self.state.withLock { $0.probes } }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        let behaviour = self.state.withLock { state in
            state.requests.append("\(request.name)")
            return state.behaviour
        }
        switch behaviour {
        case .works:
            return try await self.inner.perform(request, in: context)
        case .fails(let error):
            throw error
        case .answersAreLost(let error):
            _ = try await self.inner.perform(request, in: context)
            throw error
        case .hangs:
            throw await Self.hang(context)
        }
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        let behaviour = self.state.withLock { state in
            state.probes += 1
            return state.behaviour
        }
        switch behaviour {
        case .works: return try await self.inner.probe(in: context)
        case .fails(let error), .answersAreLost(let error): throw error
        case .hangs: throw await Self.hang(context)
        }
    }

    func shutdown() async {
        await self.inner.shutdown()
    }

    private static func hang(_ context: AttemptContext) async -> BackendError {
        do {
            try await context.time.sleep(until: context.deadline)
            return BackendError(.unknownOutcome, .deadlineExceeded, "no answer in time")
        } catch {
            return BackendError(.unknownOutcome, .cancelled, "given up")
        }
    }
}

extension BackendError {
    static let refused = BackendError(.notSent, .unavailable, "connection refused")
    static let reset = BackendError(.unknownOutcome, .outcomeUnknown, "connection reset")
}
