internal import RegionKitCore

/// Sends a request and returns the answer.
///
/// Never sends twice. Returns or throws soon after the deadline, and at once when the task is cancelled. May be called
/// from any number of tasks at once. An answer of any status is returned, not thrown.
protocol HTTPTransport: Sendable {
    func send(_ request: HTTPRequest, deadline: MonotonicInstant) async throws(HTTPError) -> HTTPResponse
}
