/// How large a reply may be; the connection of a larger one is closed.
///
/// Arrays within arrays are taken to a depth of eight, which is hiredis's own limit.
struct RedisReplyLimits: Hashable, Sendable {
    /// The longest string in bytes; by default 16 MiB.
    var stringBytes = 16 << 20
    /// The most elements of all arrays of a reply together; by default 1 M.
    var elements = 1_000_000
    /// The largest reply in bytes; by default 64 MiB.
    var replyBytes = 64 << 20
}
