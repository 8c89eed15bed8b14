extension RedisError {
    init(_ kind: Kind, mayHaveBeenSent: Bool = false, _ message: String) {
        self.init(kind: kind, message: message, mayHaveBeenSent: mayHaveBeenSent)
    }

    /// The answer after a shutdown.
    static func closed(mayHaveBeenSent: Bool = false) -> RedisError {
        RedisError(.closed, mayHaveBeenSent: mayHaveBeenSent, "The Redis client was shut down.")
    }

    /// The answer to a cancelled task.
    static func cancelled(mayHaveBeenSent: Bool = false) -> RedisError {
        RedisError(.cancelled, mayHaveBeenSent: mayHaveBeenSent, "The Redis command was cancelled.")
    }

    /// The answer when the reply has not come by the deadline.
    static func late(mayHaveBeenSent: Bool = false) -> RedisError {
        let what = mayHaveBeenSent ? "No reply came" : "The Redis command was not sent"
        return RedisError(.timeout, mayHaveBeenSent: mayHaveBeenSent, "\(what) in time.")
    }

    /// The server's own error.
    static func reply(_ words: String) -> RedisError {
        RedisError(.reply, mayHaveBeenSent: true, Self.printable(words))
    }

    /// A server's words, of a sensible length, without anything unprintable and without a command's arguments.
    ///
    /// Redis repeats the arguments of commands that it does not know; those may be keys, values or a password.
    static func printable(_ words: String) -> String {
        let end = words.firstRange(of: ", with args")?.lowerBound ?? words.endIndex
        return String(
            words[..<end].unicodeScalars.prefix(512).map { scalar in
                scalar.properties.generalCategory == .control ? "?" : Character(scalar)
            }
        )
    }
}
