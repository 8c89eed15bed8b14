/// Why there is no answer, or none that can be used.
struct HTTPError: Error, Hashable {
    /// What went wrong.
    enum Kind: Hashable, Sendable, CaseIterable {
        /// The host's name leads to no address, and none that worked is remembered.
        case nameNotResolved
        /// No connection: refused, unreachable.
        case connectFailed
        /// No connection within the connect timeout.
        case connectTimedOut
        /// The host's address is one that this client does not talk to.
        case addressRefused
        /// No secure connection: unknown authority, another host's certificate, no TLS at all.
        case tlsFailed
        /// The deadline has passed.
        case timedOut
        /// The connection was closed or reset before the answer was complete.
        case connectionClosed
        /// A reused connection broke before the answer's first byte.
        ///
        /// libcurl would have sent the request a second time, and was kept from it.
        case sendFailedRewind
        /// The answer is larger than this client takes.
        case tooLarge
        /// What came is not HTTP/1.
        case badAnswer
        /// The task was cancelled.
        case cancelled
        /// Too many requests are under way and waiting.
        case overloaded
        /// The client was shut down.
        case closed
        /// The request or the client's configuration is at fault, or the machine is out of something.
        case local
    }

    var kind: Kind
    /// Whether the server may have got any byte of the request; false is certain, true is not.
    var mayHaveBeenSent: Bool
    /// A sentence for people; holds no header and no body.
    var message: String

    init(_ kind: Kind, mayHaveBeenSent: Bool = false, _ message: String) {
        self.kind = kind
        self.mayHaveBeenSent = mayHaveBeenSent
        self.message = message
    }
}

extension HTTPError: CustomStringConvertible {
    var description: String { self.message }
}
