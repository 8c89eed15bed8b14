internal import RegionKitCore
internal import Testing

@testable internal import BackendRedis

extension MonotonicInstant {
    /// A moment that a busy machine does not miss.
    static var soon: MonotonicInstant { .after(.seconds(60)) }

    static func after(_ duration: Duration) -> MonotonicInstant { SystemTime().now.advanced(by: duration) }
}

extension RedisClient {
    /// The reply to a command of texts.
    @discardableResult
    func ask(_ words: String...) async throws(RedisError) -> RedisValue {
        try await self.send(RedisCommand(words: words), deadline: .soon)
    }

    /// Expects a reply.
    func check(_ words: String..., is expected: RedisValue, at location: SourceLocation = #_sourceLocation) async throws
    {
        try await self.check(RedisCommand(words: words), is: expected, at: location)
    }

    /// Expects a reply.
    func check(
        _ command: RedisCommand,
        is expected: RedisValue,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let reply = try await self.send(command, deadline: .soon)
        #expect(reply == expected, sourceLocation: location)
    }

    /// The error that a command ends with, if any.
    func failure(_ words: String..., by deadline: MonotonicInstant = .soon) async -> RedisError? {
        do throws(RedisError) {
            _ = try await self.send(RedisCommand(words: words), deadline: deadline)
            return nil
        } catch {
            return error
        }
    }
}

extension RedisValue {
    /// A string of a text.
    static func text(_ text: String) -> RedisValue { .bytes(Array(text.utf8)) }
}
