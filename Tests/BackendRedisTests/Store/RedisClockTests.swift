import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

/// C1: versions order writes as they happened, whatever the clocks say.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisClockTests {
    private func committed(_ outcome: CommitOutcome) throws -> Version {
        guard case .committed(let version) = outcome else { throw RedisServer.Failure(message: "\(outcome)") }
        return version
    }

    @Test func `a write is newer than what came from a region whose clock is 60 s ahead of its own (C1, fault 14)`()
        async throws
    {
        try await withRedis { server in
            let fast = try await server.store("fast", skew: .seconds(30))
            let slow = try await server.store("slow", skew: .seconds(-30))
            var last = Version(timestamp: .zero, origin: Origin(rawValue: 0))
            for _ in 0..<20 {
                for (writer, reader) in [(fast, slow), (slow, fast)] {
                    let version = try self.committed(try await writer.put())
                    #expect(version > last)
                    last = version
                    let row = try #require(try await writer.load(.test(), .consistent, in: .test()))
                    let application = ReplicaApplication(
                        peer: writer.region,
                        rows: [row],
                        from: nil,
                        to: .start,
                        maximumDrift: .seconds(61)
                    )
                    #expect(try await reader.apply(application, in: .test()).parked == 0)
                }
            }
            await fast.shutdown()
            await slow.shutdown()
        }
    }

    @Test func `a full counter begins the next millisecond (C1)`() async throws {
        try await withStore { server, store in
            let full = HybridTimestamp(milliseconds: SystemTime().wallMilliseconds + 100_000, counter: .max)
            let floor = AttemptContext.test(clockFloor: full)
            let first = try self.committed(try await store.put(in: floor)).timestamp
            #expect(first == HybridTimestamp(milliseconds: full.milliseconds + 1))
            try await server.send("HSET", "{rk:us-west-2}:meta", "counter", "\(UInt32.max)")
            let second = try self.committed(try await store.put()).timestamp
            #expect(second == HybridTimestamp(milliseconds: full.milliseconds + 2))
        }
    }

    /// As text "9" is above "10".
    @Test(arguments: [(9, 9, 10, 1), (10, 9, 10, 10)] as [(Int64, UInt32, Int64, UInt32)])
    func `rows compare by number where texts differ in length (C1)`(
        _ low: Int64,
        _ lowCounter: UInt32,
        _ high: Int64,
        _ highCounter: UInt32
    ) async throws {
        try await withStore { _, store in
            func row(_ milliseconds: Int64, _ counter: UInt32, _ origin: UInt64) -> ReplicaRow {
                let timestamp = HybridTimestamp(milliseconds: milliseconds, counter: counter)
                let version = Version(timestamp: timestamp, origin: Origin(rawValue: origin))
                return ReplicaRow(key: .test(), item: nil, version: version, operation: OperationID(high: 1, low: 2))
            }
            let rows = [row(low, lowCounter, 9), row(high, highCounter, 9), row(high, highCounter, 10)]
            for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
                for place in order {
                    let application = ReplicaApplication(peer: "p", rows: [rows[place]], from: nil, to: .start)
                    _ = try await store.apply(application, in: .test())
                }
                #expect(try await store.load(.test(), .consistent, in: .test()) == rows[2])
            }
        }
    }
}
