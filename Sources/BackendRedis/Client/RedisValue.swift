/// A reply of a Redis server, or a part of one.
enum RedisValue: Hashable, Sendable {
    /// A bulk string.
    case bytes([UInt8])
    /// A status, such as `OK`.
    case status(String)
    case integer(Int64)
    case array([RedisValue])
    /// The null bulk string or array.
    case null
    /// An error inside an array; one that is a whole reply is thrown as a ``RedisError``.
    case error(String)
}
