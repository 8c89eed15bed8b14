import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendRedis

/// F4b, fault 8: a write that reaches a region late is refused there.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct LateWriteTests {
    /// How often; `REGIONKIT_LATE` sets the full count, 1000.
    private static let count = ProcessInfo.processInfo.environment["REGIONKIT_LATE"].flatMap { Int($0) } ?? 200

    @Test func `none of 200 writes to a stopped server lands after their callers gave up (F4b)`() async throws {
        try await withStore { server, store in
            // From now on the server knows the script.
            try await store.put(.test("in time"))
            var unknown = 0
            for number in 0..<Self.count {
                // The connection stands, and the clock is known.
                _ = try await store.status(in: .test())
                server.stop()
                let context = AttemptContext.test(within: .milliseconds(15))
                do throws(BackendError) {
                    try await store.put(.test("late-\(number)"), in: context)
                    Issue.record("a stopped server answered")
                } catch {
                    if error.failure == .unknownOutcome { unknown += 1 }
                    #expect(error.failure != .unknownOutcome || error.clockCeiling != nil)
                }
                server.resume()
            }
            // All that was sent has been executed when this comes back: it was sent last.
            for _ in 0..<10 { _ = try await store.status(in: .test()) }
            #expect(try await store.status(in: .test()).head.sequence == 1)
            #expect(try await store.allRows(after: nil, limit: 10, in: .test()).count == 1)
            // The writes did reach the server, but for those that a busy machine did not send in time: that none landed
            // is the script's doing.
            #expect(unknown > Self.count / 4)
            let stats = try server.command("INFO", "commandstats")
            let calls = stats.firstMatch(of: /cmdstat_evalsha:calls=([0-9]+)/).flatMap { Int($0.1) } ?? 0
            #expect(calls >= Self.count + unknown)
        }
    }

    @Test func `the stamp of a write whose outcome is unknown lies below the ceiling that its caller is told (F4)`()
        async throws
    {
        try await withStore { server, store in
            // The region's clock runs ahead of its wall's without the store's knowledge.
            let other = try await server.store()
            let ahead = Version(
                timestamp: HybridTimestamp(milliseconds: SystemTime().wallMilliseconds + 50_000, counter: 7),
                origin: Origin(rawValue: 1)
            )
            let row = ReplicaRow(key: .test("b"), item: nil, version: ahead, operation: OperationID(high: 0, low: 1))
            let application = ReplicaApplication(peer: "peer", rows: [row], from: nil, to: .start)
            _ = try await other.apply(application, in: .test())
            // The deadline is near, so the first ceiling is too low, and the region says so instead of stamping.
            guard case .committed(let version) = try await store.put(in: .test(within: .seconds(20))) else {
                Issue.record("the write was not done")
                return
            }
            #expect(version > ahead)
            #expect(store.state.withLock { $0.latest } == version.timestamp)
            await other.shutdown()
        }
    }

    @Test func `nothing is stamped above a ceiling: the region says where its clock stands instead (F4)`() async throws
    {
        try await withStore { _, store in
            guard case .committed(let version) = try await store.put(.test("first")) else {
                Issue.record("the write was not done")
                return
            }
            let change = ReplicaCommit.Change(key: .test(), expected: .any, effect: .delete)
            let encoded = RedisCommit(ReplicaCommit(changes: [change], digest: 1), .test(), in: store)
            let wall = version.timestamp.milliseconds
            let arguments = encoded.arguments(notAfter: wall + 600_000, ceiling: wall - 1)
            let answer = try await store.run(.commit, encoded.keys, arguments, in: .test())
            #expect(answer.value.elements?.first?.text == "AHEAD")
            #expect(try await store.load(.test(), .consistent, in: .test()) == nil)
            #expect(try await store.status(in: .test()).head.sequence == 1)
        }
    }

    @Test(arguments: [-30, 0, 30])
    func `a region whose clock is 30 s off takes writes in time and refuses late ones (F4b)`(skew: Int) async throws {
        try await withRedis { server in
            let store = try await server.store(skew: .seconds(skew))
            guard case .committed(let version) = try await store.put(in: .test(within: .seconds(5))) else {
                Issue.record("the write was not done")
                return
            }
            let distance = version.timestamp.milliseconds - SystemTime().wallMilliseconds
            #expect(abs(distance - Int64(skew) * 1000) < 20_000)
            var late: BackendError?
            // A busy machine may need longer than that to send it.
            while late?.failure != .unknownOutcome {
                server.stop()
                late = await #expect(throws: BackendError.self) {
                    try await store.put(.test("late"), in: .test(within: .milliseconds(15)))
                }
                server.resume()
            }
            for _ in 0..<10 { _ = try await store.status(in: .test()) }
            #expect(try await store.item(.test("late")) == nil)
            await store.shutdown()
        }
    }
}
