internal import RegionKitCore

/// An answer, of whatever status.
struct HTTPResponse: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
    /// Whether an open connection served.
    var reusedConnection: Bool
    /// When the request began to leave, and when the answer began to arrive.
    var sent: MonotonicInstant
    var received: MonotonicInstant
}
