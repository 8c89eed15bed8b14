import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendRedis

@Suite struct RedisReplicaSetTests {
    private static let replica = RedisRole.replica(master: "h:1", isConnected: true)

    private static func context(_ time: ManualTime, within duration: Duration = .seconds(5)) -> AttemptContext {
        .test(time, within: duration)
    }

    private static func hang(_ context: AttemptContext) async {
        while !Task.isCancelled { try? await context.time.sleep(for: .seconds(24 * 3600)) }
    }

    @Test func `many who want to know ask each server once`() async throws {
        let time = ManualTime()
        let questions = Mutex<[Region]>([])
        let set = RedisReplicaSet(
            (["a", "b"] as [Region]).map { region in
                .init(region: region) { context throws(BackendError) in
                    questions.withLock { $0.append(region) }
                    try? await context.time.sleep(for: .milliseconds(20))
                    return region == "b" ? .master(replicas: 1) : Self.replica
                }
            }
        )
        set.failed(at: time.now)
        let moment = time.now
        let found = await withTaskGroup(of: Region?.self) { group in
            for _ in 0..<100 {
                group.addTask { await set.roles(for: "a", since: moment, in: Self.context(time))?.master }
            }
            // Two questions and their end, and 99 who wait.
            await time.waitForSleepers(102)
            time.advance(by: .milliseconds(20))
            return await group.reduce(into: [Region?]()) { $0.append($1) }
        }
        #expect(found == Array(repeating: "b", count: 100))
        #expect(questions.withLock { $0.sorted() } == ["a", "b"])
        #expect(set.question(for: "b") == nil && set.question(for: "a") != nil && set.master == "b")
    }

    @Test func `a server that hangs holds up nobody for longer than a moment`() async throws {
        let time = ManualTime()
        let set = RedisReplicaSet([
            .init(region: "a") { context throws(BackendError) in
                await Self.hang(context)
                throw BackendError(.notSent, .unavailable, "hung")
            },
            .init(region: "b") { _ throws(BackendError) in .master(replicas: 0) },
            .init(region: "c") { _ throws(BackendError) in Self.replica },
        ])
        set.served("a")
        set.failed(at: time.now)
        let began = time.now
        let answer = Task { await set.roles(for: "a", since: began, in: Self.context(time)) }
        // The one that hangs, the round's end, that after an answer, that after a master's.
        await time.waitForSleepers(4)
        time.advance(by: .milliseconds(100))
        let finding = await answer.value
        #expect(finding?.master == "b" && finding?.roles["a"] == nil && finding?.masters == ["b"])
    }

    @Test func `where no master answers and one server hangs the answer is none, soon`() async throws {
        let time = ManualTime()
        let set = RedisReplicaSet([
            .init(region: "a") { context throws(BackendError) in
                await Self.hang(context)
                throw BackendError(.notSent, .unavailable, "hung")
            },
            .init(region: "b") { _ throws(BackendError) in Self.replica },
        ])
        let began = time.now
        let answer = Task { await set.roles(for: "b", since: began, in: Self.context(time)) }
        await time.waitForSleepers(3)
        time.advance(by: .milliseconds(300))
        let finding = await answer.value
        #expect(finding != nil && finding?.master == nil)
    }

    @Test func `servers that all hang cost a second, or what time the caller has`() async throws {
        for (given, expected) in [(5000, 1000), (70, 70)] {
            let time = ManualTime()
            let set = RedisReplicaSet([
                .init(region: "a") { context throws(BackendError) in
                    await Self.hang(context)
                    throw BackendError(.notSent, .unavailable, "hung")
                }
            ])
            let began = time.now
            let answer = Task {
                await set.roles(for: "a", since: began, in: Self.context(time, within: .milliseconds(given)))
            }
            await time.waitForSleepers(2)
            time.advance(by: .milliseconds(expected))
            #expect(await answer.value?.master == nil)
        }
    }

    @Test func `one who asks for all and is cancelled leaves the question to the others`() async throws {
        let time = ManualTime()
        let asked = Mutex(0)
        let set = RedisReplicaSet([
            .init(region: "a") { context throws(BackendError) in
                let isFirst = asked.withLock { count in
                    count += 1
                    return count == 1
                }
                if isFirst { await Self.hang(context) }
                return .master(replicas: 0)
            }
        ])
        let moment = time.now
        let first = Task { await set.roles(for: "a", since: moment, in: Self.context(time)) }
        while asked.withLock({ $0 }) == 0 { await Task.yield() }
        let second = Task { await set.roles(for: "a", since: moment, in: Self.context(time)) }
        await time.waitForSleepers(3)
        first.cancel()
        #expect(await first.value == nil)
        let isDone = Mutex(false)
        let third = Task {
            defer { isDone.withLock { $0 = true } }
            return await second.value
        }
        // It is too early for another round at first.
        while !isDone.withLock({ $0 }) {
            time.advance(by: .milliseconds(1))
            await Task.yield()
        }
        #expect(await third.value?.master == "a")
    }
}
