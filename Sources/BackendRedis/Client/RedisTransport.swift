internal import RegionKitCore

/// What carries commands to one Redis server.
protocol RedisTransport: Sendable {
    /// Sends one command and returns its reply, or throws by the deadline.
    ///
    /// Commands of one caller that are awaited one after the other are executed in that order. Nothing is ever sent
    /// twice. An error reply is thrown, with the server's words.
    func send(_ command: RedisCommand, deadline: MonotonicInstant) async throws(RedisError) -> RedisValue

    /// Fails what is under way, closes the connection and waits until nothing is left; later commands are `closed`.
    func shutdown() async
}
