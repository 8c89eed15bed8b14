import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendDynamo

struct CredentialCacheTests {
    /// Gives credentials numbered by call, each once a test lets it.
    final class GatedProvider: CredentialProvider {
        let name = "gated"
        private let time: ManualTime
        private let lasting: Int64
        private let calls = Mutex(0)

        init(_ time: ManualTime, lasting: Int64 = 3600) {
            (self.time, self.lasting) = (time, lasting)
        }

        var count: Int { self.calls.withLock { $0 } }

        func credentials() async throws(CredentialError) -> Credentials {
            let number = self.calls.withLock { calls in
                calls += 1
                return calls
            }
            do { try await self.time.sleep(for: .seconds(1)) } catch {
                throw CredentialError(.cancelled, step: self.name, "cancelled")
            }
            return Credentials(
                accessKeyID: "key-\(number)",
                secretAccessKey: Secret("s"),
                expiration: self.time.wallMilliseconds + self.lasting * 1000
            )
        }
    }

    @Test func `a hundred callers are served by one fetch`() async throws {
        let time = ManualTime()
        let provider = GatedProvider(time)
        let cache = CredentialCache(provider, time: time, random: { 0 })
        let keys = try await time.flowing {
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<100 { group.addTask { try await cache.credentials().accessKeyID } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(keys == Array(repeating: "key-1", count: 100))
        #expect(provider.count == 1)
    }

    @Test func `a caller who is due fetches anew, and its successors get the new ones`() async throws {
        let time = ManualTime()
        let provider = GatedProvider(time)
        let cache = CredentialCache(provider, time: time, random: { 0 })
        #expect(try await time.flowing { try await cache.credentials() }.accessKeyID == "key-1")
        time.advance(by: .seconds(3299))
        #expect(try await cache.credentials().accessKeyID == "key-1")
        time.advance(by: .seconds(1))
        // Those at hand are good for five minutes more.
        #expect(try await cache.credentials().accessKeyID == "key-1")
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        while try await cache.credentials().accessKeyID == "key-1" { await Task.yield() }
        #expect(try await cache.credentials().accessKeyID == "key-2")
        #expect(provider.count == 2)
    }

    @Test func `F1 a caller waits until its deadline, and the next one gets what it waited for`() async throws {
        let time = ManualTime()
        let provider = GatedProvider(time)
        let cache = CredentialCache(provider, time: time, random: { 0 })
        let deadline = time.now.advanced(by: .milliseconds(400))
        let first = Task { await cache.outcome(until: deadline) }
        await time.waitForSleepers(2)
        time.advance(by: .milliseconds(400))
        #expect(await first.value.error?.code == .unreachable)
        #expect(await cache.outcome(until: deadline).error?.code == .unreachable)
        time.advance(by: .milliseconds(600))
        #expect(try await cache.credentials().accessKeyID == "key-1")
        #expect(provider.count == 1)
    }

    @Test func `a fetch can be ended`() async throws {
        let time = ManualTime()
        let cache = CredentialCache(GatedProvider(time), time: time, random: { 0 })
        let caller = Task { await cache.outcome() }
        await time.waitForSleepers(1)
        caller.cancel()
        #expect(await caller.value.error?.code == .cancelled)
        cache.cancelFetch()
        while time.sleepers > 0 { await Task.yield() }
        #expect(try await time.flowing { try await cache.credentials() }.accessKeyID == "key-2")
    }

    @Test func `when the caller who began a fetch is cancelled, one who waits is served by it`() async throws {
        let time = ManualTime()
        let provider = GatedProvider(time)
        let cache = CredentialCache(provider, time: time, random: { 0 })
        let first = Task { await cache.outcome() }
        await time.waitForSleepers(1)
        let second = Task { await cache.outcome() }
        first.cancel()
        #expect(await first.value.error?.code == .cancelled)
        let outcome = try await time.flowing { await second.value }
        #expect(try outcome.get().accessKeyID == "key-1")
    }

    @Test func `a caller who waits can be cancelled`() async throws {
        let time = ManualTime()
        let cache = CredentialCache(GatedProvider(time), time: time, random: { 0 })
        let first = Task { await cache.outcome() }
        await time.waitForSleepers(1)
        let second = Task { await cache.outcome() }
        second.cancel()
        #expect(await second.value.error?.code == .cancelled)
        #expect(time.sleepers == 1)
        time.advance(by: .seconds(1))
        #expect(try await first.value.get().accessKeyID == "key-1")
    }

    @Test func `no more callers wait than may`() async throws {
        let time = ManualTime()
        let cache = CredentialCache(GatedProvider(time), time: time, random: { 0 }, mostWaiters: 1)
        let first = Task { await cache.outcome() }
        await time.waitForSleepers(1)
        #expect(await cache.outcome().error?.code == .overloaded)
        time.advance(by: .seconds(1))
        #expect(try await first.value.get().accessKeyID == "key-1")
        #expect(try await cache.credentials().accessKeyID == "key-1")
    }

    @Test func `credentials that a service refused are fetched anew`() async throws {
        let time = ManualTime()
        let cache = CredentialCache(GatedProvider(time), time: time, random: { 0 })
        let credentials = try await time.flowing { try await cache.credentials() }
        cache.refused(credentials)
        #expect(try await time.flowing { try await cache.credentials() }.accessKeyID == "key-2")
    }

    @Test func `ended credentials are an error, which is kept for a second`() async {
        let time = ManualTime()
        let ended = Credentials(accessKeyID: "A", secretAccessKey: Secret("canary"), expiration: 1)
        let cache = CredentialCache(ExplicitCredentials(given: ended), time: time, random: { 0 })
        let error = await cache.outcome().error
        #expect(error?.code == .expired)
        #expect(error?.description.contains("canary") == false)
        #expect(await cache.outcome().error == error)
    }

    @Test func `a runner fetches at once and ahead of time, so that callers don't`() async throws {
        let time = ManualTime()
        let provider = GatedProvider(time)
        let cache = CredentialCache(provider, time: time, random: { 0 })
        let runner = Task { await cache.run() }
        await time.waitForSleepers(1)
        #expect(provider.count == 1)
        time.advance(by: .seconds(1))
        #expect(try await cache.credentials().accessKeyID == "key-1")
        // It wakes each minute and, when due, fetches.
        while provider.count == 1 {
            await time.waitForSleepers(1)
            time.advanceToNextSleeper()
            await Task.yield()
        }
        #expect(try await cache.credentials().accessKeyID == "key-1")
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        await time.waitForSleepers(1)
        #expect(try await cache.credentials().accessKeyID == "key-2")
        runner.cancel()
        await runner.value
        #expect(provider.count == 2)
    }
}

extension CredentialCache {
    fileprivate func outcome(until deadline: MonotonicInstant) async -> Result<Credentials, CredentialError> {
        do throws(CredentialError) { return .success(try await self.credentials(until: deadline)) } catch {
            return .failure(error)
        }
    }
}
