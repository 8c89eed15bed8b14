public import RegionKitCore
internal import Synchronization

/// A backend that answers by a script and records what it was asked.
public final class ScriptedBackend: RegionBackend {
    /// How one call is answered.
    public indirect enum Answer: Sendable {
        /// Success, with an empty response that fits the request.
        case succeed
        /// The given response, whether it fits or not.
        case respond(BackendResponse)
        /// The given error.
        case fail(BackendError)
        /// The other answer after a time on the context's clock. Cancellation ends the wait early.
        case delay(Duration, Answer)
        /// The other answer after ``ScriptedBackend/release()``, whatever deadline or cancellation say.
        case hang(Answer)
    }

    /// One call.
    public struct Call: Sendable {
        /// What was asked; nil for a probe.
        public var request: BackendRequest?
        /// With which context.
        public var context: AttemptContext
    }

    private struct State {
        var calls: [Call] = []
        var hanging: [CheckedContinuation<Void, Never>] = []
        var script: @Sendable (Call, Int) -> Answer
        var shutdowns = 0
    }

    /// What it claims to be able to do.
    public let capabilities: BackendCapabilities
    private let state: Mutex<State>

    /// Creates a backend.
    ///
    /// - Parameter script: Answers a call; also given how many calls came before it.
    public init(
        capabilities: BackendCapabilities = BackendCapabilities(),
        script: @escaping @Sendable (_ call: Call, _ number: Int) -> Answer = { _, _ in .succeed }
    ) {
        self.capabilities = capabilities
        self.state = Mutex(State(script: script))
    }

    /// Creates a backend that gives the answers in turn, and the last one from then on.
    public convenience init(capabilities: BackendCapabilities = BackendCapabilities(), _ answers: Answer...) {
        self.init(capabilities: capabilities) { _, number in
            number < answers.count ? answers[number] : answers.last ?? .succeed
        }
    }

    /// All calls so far, in order.
    public var calls: [Call] { self.state.withLock { $0.calls } }

    /// The requests so far, probes left out.
    public var requests: [BackendRequest] { self.calls.compactMap(\.request) }

    /// How many calls hang now.
    public var hanging: Int { self.state.withLock { $0.hanging.count } }

    /// How often it was shut down.
    public var shutdowns: Int { self.state.withLock { $0.shutdowns } }

    /// Replaces the script, for calls that come from now on.
    public func setScript(_ script: @escaping @Sendable (_ call: Call, _ number: Int) -> Answer) {
        self.state.withLock { $0.script = script }
    }

    /// Gives every call that comes from now on the same answer.
    public func setAnswer(_ answer: Answer) {
        self.setScript { _, _ in answer }
    }

    /// Lets all hanging calls go on.
    public func release() {
        for continuation in self.state.withLock({ state in
            defer { state.hanging = [] }
            return state.hanging
        }) {
            continuation.resume()
        }
    }

    /// Answers by the script.
    public func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        try await self.resolve(self.answer(Call(request: request, context: context)), in: context)
            ?? Self.emptyResponse(to: request)
    }

    /// Answers by the script; any response is a success.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        _ = try await self.resolve(self.answer(Call(request: nil, context: context)), in: context)
        return ProbeReport()
    }

    /// Notes the call.
    public func shutdown() async {
        self.state.withLock { $0.shutdowns += 1 }
    }

    private func answer(_ call: Call) -> Answer {
        let (script, number) = self.state.withLock { state in
            state.calls.append(call)
            return (state.script, state.calls.count - 1)
        }
        return script(call, number)
    }

    private func resolve(_ answer: Answer, in context: AttemptContext) async throws(BackendError) -> BackendResponse? {
        switch answer {
        case .succeed: return nil
        case .respond(let response): return response
        case .fail(let error): throw error
        case .delay(let duration, let answer):
            try? await context.time.sleep(for: duration)
            return try await self.resolve(answer, in: context)
        case .hang(let answer):
            await withCheckedContinuation { continuation in
                self.state.withLock { $0.hanging.append(continuation) }
            }
            return try await self.resolve(answer, in: context)
        }
    }

    private static func emptyResponse(to request: BackendRequest) -> BackendResponse {
        switch request {
        case .get: .item(GetResult(item: nil))
        case .batchGet(let keys, _): .items(keys.map { _ in GetResult(item: nil) })
        case .query, .scan: .page(Page(items: []))
        case .write: .written(WriteResult(version: nil))
        case .batchWrite(let writes), .transact(let writes): .batch(writes.map { _ in WriteResult(version: nil) })
        case .resolve: .outcome(.stillUnknown)
        }
    }
}
