internal import RegionKitCore

/// Why a command has no reply.
struct RedisError: Error, Sendable {
    enum Kind: Hashable, Sendable {
        /// The name is not resolved, the server not reached, or TLS failed.
        case notConnected
        /// The server did not let the connection be set up: a wrong password, an unknown database.
        case notAdmitted
        /// No reply in time.
        case timeout
        /// The connection broke, or was given up, before the reply.
        case connectionLost
        /// What came was no reply, or one beyond the limits.
        case malformedReply
        /// Too many commands wait already.
        case overloaded
        case cancelled
        case closed
        /// The server's own error reply.
        case reply
    }

    var kind: Kind
    /// The cause for people, never a secret.
    ///
    /// For a reply, the server's words, its code (`READONLY`) first.
    var message: String
    /// Whether the server may have seen the command.
    var mayHaveBeenSent: Bool
}
