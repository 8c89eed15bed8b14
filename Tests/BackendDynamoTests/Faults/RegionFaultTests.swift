import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendDynamo

/// One region fails and the store goes on: rows 1, 3, 6, 6b and 26 of the faults.
struct RegionFaultTests {
    /// `REGIONKIT_FAULTS` says how many operations the long ones run.
    private static let count =
        ProcessInfo.processInfo.environment["REGIONKIT_FAULTS"].flatMap { Int($0) }.map { max(1, $0) } ?? 1000

    /// - Parameter threshold: Refusals that make the region unhealthy; beyond the count, every operation meets one.
    @Test(.timeLimit(.minutes(5)), arguments: [3, 10_000])
    func `reads and writes succeed within the call when connections are refused`(_ threshold: Int) async throws {
        let proxy = try FaultProxy(to: 9)
        try proxy.set(.refuse)
        defer { proxy.close() }
        let count = min(Self.count, 10_000)
        try await withStubs {
            $0.health.failoverThreshold = threshold
            $0.health.minimumAttempts = 10_000
        } makeRegion: { region, service in
            try StubDeployment.region(region, service) { configuration in
                if region == "us-west-2" { configuration.endpoint = "http://127.0.0.1:\(proxy.port)" }
            }
        } _: { stubs in
            try stubs.table.store(["id": "a", "n": 1])
            var failed = 0
            for number in 0..<count {
                if number.isMultiple(of: 10) {
                    let write = try await stubs.store.put(["id": .string("put-\(number)")])
                    #expect(write.region == "us-east-1" && write.failures.count <= 1)
                    failed += write.failures.count
                } else {
                    let read = try await stubs.store.get("a")
                    #expect(read.region == "us-east-1" && read.item?["n"] == 1 && read.failures.count <= 1)
                    failed += read.failures.count
                }
            }
            #expect(threshold == 3 ? failed < count / 10 : failed == count)
            #expect(stubs.table.applications == (count + 9) / 10 && stubs.arrivals[2] == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a region that takes requests and is silent costs three attempts' time, then nothing`() async throws {
        let timeout = Duration.seconds(1)
        try await withStubs { configuration in
            (configuration.attemptTimeout, configuration.health.cooldown) = (timeout, .seconds(60))
        } _: { stubs in
            try stubs.table.store(["id": "a", "n": 1])
            stubs.services[0].plan(.silence(applied: false))
            for number in 0..<20 {
                let answer = try await stubs.store.get("a")
                #expect(answer.region == "us-east-1" && answer.item?["n"] == 1)
                #expect(answer.failures.map(\.failure) == (number < 3 ? [.unknownOutcome] : []))
                #expect(answer.failures.allSatisfy { $0.duration > timeout - .milliseconds(10) })
            }
            #expect(stubs.arrivals == [3, 20, 0])
            #expect(stubs.store.health()[0].reads == .unhealthy && stubs.store.health()[0].writes == .unhealthy)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `F1 an operation ends by its deadline when all regions are silent`() async throws {
        let deadline = Duration.milliseconds(400)
        try await withStubs { configuration in
            (configuration.deadline, configuration.attemptTimeout) = (deadline, .milliseconds(150))
        } _: { stubs in
            for service in stubs.services { service.plan(.silence(applied: true)) }
            // Others may keep the processors busy; what is wrong by itself is wrong each time.
            var (shortest, attempts) = (Duration.seconds(60), 0)
            for number in 0..<6 {
                let isRead = number.isMultiple(of: 2)
                let began = SystemTime().now
                do throws(RegionError) {
                    _ = isRead ? try await stubs.store.get("a").region : try await stubs.store.put(["id": "a"]).region
                    Issue.record("It succeeded.")
                } catch {
                    // The last attempt may end a moment before the deadline, which leaves no time for another.
                    let codes: [ErrorCode] = isRead ? [.deadlineExceeded, .unavailable] : [.outcomeUnknown]
                    #expect(codes.contains(error.code), "\(error)")
                    attempts = max(attempts, error.attempts.count)
                }
                shortest = min(shortest, began.duration(to: SystemTime().now))
            }
            #expect(attempts >= 2)
            #expect(shortest <= deadline + .milliseconds(50))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an answer that comes after its attempt is over is taken for no other's`() async throws {
        try await withStubs { configuration in
            (configuration.health.failoverThreshold, configuration.health.minimumAttempts) = (10_000, 10_000)
        } _: { stubs in
            let keys = (0..<20).map { Key(.string("key-\($0)")) }
            for key in keys { try stubs.table.store(["id": key.partition, "n": 1]) }
            stubs.services[0].plan { $0.number < 3 ? .slow(.milliseconds(1500)) : .answer }
            for (number, key) in keys.enumerated() {
                let answer = try await stubs.store.get(key)
                #expect(answer.item == ["id": key.partition, "n": 1])
                #expect(answer.region == (number < 3 ? "us-east-1" : "us-west-2"))
            }
            stubs.services[0].plan { $0.operation == .getItem ? .answer : .slow(.milliseconds(1500)) }
            let put = try await stubs.store.put(["id": "put", "n": 2])
            #expect(put.region == "us-east-1" && put.operation.map(stubs.table.applications(of:)) == 2)
            let error = await #expect(throws: RegionError.self) {
                _ = try await stubs.store.update(keys[0], Update().add("n", 1))
            }
            #expect(error?.code == .outcomeUnknown && error?.operation.map(stubs.table.applications(of:)) == 1)
            #expect(try await stubs.store.get("put").item == ["id": "put", "n": 2])
            #expect(try await stubs.store.get(keys[0]).item?["n"] == 2)
        }
    }

    static let throttles: [(String, StubBehaviour, FailureClass)] = [
        ("throughput", .refuse("ProvisionedThroughputExceededException"), .throttled),
        ("throttling", .refuse("ThrottlingException"), .throttled),
        ("limit", .refuse("RequestLimitExceeded"), .throttled),
        ("429", .fault(429, ""), .throttled),
        ("503", .refuse("ThrottlingException", 503, headers: ["x-amz-retry-after": "1"]), .throttled),
        ("replicated", .refuse("ReplicatedWriteConflictException"), .conflict),
        ("progress", .refuse("TransactionInProgressException"), .conflict),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: Self.throttles.indices)
    func `a throttled operation waits where it is, and moves nobody`(_ row: Int) async throws {
        let (_, refusal, failure) = Self.throttles[row]
        try await withStubs { stubs in
            let attempts = Mutex<[Key: Int]>([:])
            try stubs.table.store(["id": "a", "n": 0])
            stubs.services[0].plan { arrival in
                // A read is refused once, a write three times.
                let number = attempts.withLock { attempts in
                    attempts[arrival.key, default: 0] += 1
                    return attempts[arrival.key] ?? 0
                }
                return number.isMultiple(of: arrival.operation == .getItem ? 2 : 4) ? .answer : refusal
            }
            for number in 0..<10 {
                let read = try await stubs.store.get("a")
                #expect(read.region == "us-west-2" && read.failures.map(\.failure) == [failure])
                let put = try await stubs.store.put(["id": .string("put-\(number)")])
                #expect(put.region == "us-west-2" && put.failures.map(\.failure) == [failure, failure, failure])
                let key = Key(.string("add-\(number)"))
                let sum = try await stubs.store.update(key, Update().add("n", 1), returning: .new)
                #expect(sum.region == "us-west-2" && sum.failures.count == 3 && sum.item?["n"] == 1)
            }
            #expect(stubs.arrivals == [100, 0, 0])
            #expect(stubs.table.applications == 20 && stubs.table.repeated == [])
            #expect(stubs.store.health()[0].reads == .healthy && stubs.store.health()[0].writes == .healthy)
            #expect(stubs.store.activeRegion(for: .write) == "us-west-2")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a throttled operation waits as long as DynamoDB asks`() async throws {
        try await withStubs { stubs in
            stubs.services[0].plan {
                $0.number == 0
                    ? .refuse("ThrottlingException", headers: ["x-amz-retry-after": "400"]) : .answer
            }
            let began = SystemTime().now
            let put = try await stubs.store.put(["id": "a"])
            #expect(put.failures.map(\.failure) == [.throttled])
            // Full jitter alone waits 25 ms at most.
            #expect(began.duration(to: SystemTime().now) >= .milliseconds(400))
        }
    }

    static let wreckage: [(String, StubBehaviour)] = [
        ("500", .serverError(applied: false)), ("503", .refuse("ServiceUnavailable", 503)),
        ("503 without a code", .fault(503, "")), ("502 in HTML", .fault(502, "<html><h1>Bad Gateway</h1></html>")),
        (
            "XML",
            .fault(
                500,
                "<?xml version=\"1.0\"?><ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>"
            )
        ),
        ("200 in HTML", .fault(200, "<html>Sign in to the network</html>")),
        ("200 cut short", .fault(200, #"{"Item":{"#)),
        ("damaged", .wrongChecksum), ("reset", .resetWithin), ("half", .closeWithin),
        ("no answer", .close(applied: false)),
        ("huge", .endless("Content-Length: 20000000")), ("endless", .endless("Transfer-Encoding: chunked")),
        ("no table", .refuse("ResourceNotFoundException")), ("being made", .refuse("ResourceInUseException")),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: Self.wreckage.indices)
    func `F2 whatever a region answers, reads go on and writes are done once or left open`(_ row: Int) async throws {
        let (_, behaviour) = Self.wreckage[row]
        try await withStubs {
            $0.health.cooldown = .seconds(60)
        } _: { stubs in
            try stubs.table.store(["id": "a", "n": 0])
            stubs.services[0].plan(behaviour)
            for number in 0..<10 {
                let read = try await stubs.store.get("a", consistency: .consistent)
                #expect(read.region == "us-east-1" && read.item?["n"] != nil && read.failures.count <= 1)
                let put = try await stubs.store.put(["id": .string("put-\(number)")])
                #expect(put.region == "us-east-1" && put.failures.count <= 1)
                do throws(RegionError) {
                    let sum = try await stubs.store.update("a", Update().add("n", 1))
                    #expect(sum.operation.map(stubs.table.applications(of:)) == 1)
                } catch {
                    #expect(error.code == .outcomeUnknown && error.attempts.count == 1, "\(error)")
                }
            }
            #expect(stubs.table.repeated.allSatisfy { $0 != stubs.table.writer(of: "a") })
            #expect(stubs.store.health()[0].reads == .unhealthy)
            // At most three reads and three writes, then the breaker keeps all away.
            #expect(stubs.arrivals[0] <= 6 && stubs.arrivals[2] == 0, "\(stubs.arrivals)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `F5 a table that is missing in one region costs no write, conditional ones included`() async throws {
        try await withStubs { stubs in
            stubs.services[0].plan(.refuse("ResourceNotFoundException"))
            for number in 1...20 {
                let sum = try await stubs.store.update("a", Update().add("n", 1), returning: .new)
                #expect(sum.region == "us-east-1" && sum.item?["n"] == .number(Number(number)))
            }
            #expect(stubs.table.applications == 20 && stubs.arrivals[0] <= 3)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a request that comes too late for the service's clock is signed anew in the same attempt`() async throws {
        try await withStubs { stubs in
            stubs.services[0].plan { arrival in
                let date = "Tue, 14 Nov 2023 22:13:20 GMT"
                return arrival.number > 0 ? .answer : .refuse("InvalidSignatureException", headers: ["Date": date])
            }
            let sum = try await stubs.store.update("a", Update().add("n", 1), returning: .new)
            #expect(sum.region == "us-west-2" && sum.failures.isEmpty && sum.item?["n"] == 1)
            #expect(stubs.arrivals == [2, 0, 0])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `F8 more than a region takes at once is refused at once, or goes to the next region`() async throws {
        for count in [1, 2] {
            try await withStubs(count) {
                ($0.maximumInFlightPerRegion, $0.attemptTimeout) = (8, .seconds(5))
            } _: { stubs in
                stubs.services[0].plan(.silence(applied: false))
                try await Self.whileBusy(8, stubs) {
                    var shortest = Duration.seconds(60)
                    for _ in 0..<20 {
                        let began = SystemTime().now
                        do throws(RegionError) {
                            let answer = try await stubs.store.get("a")
                            #expect(count == 2 && answer.region == "us-east-1")
                            #expect(answer.failures.map(\.failure) == [.overloaded])
                        } catch {
                            #expect(count == 1 && error.code == .overloaded)
                        }
                        shortest = min(shortest, began.duration(to: SystemTime().now))
                    }
                    #expect(count == 2 || shortest < .milliseconds(5))
                    #expect(stubs.arrivals[0] == 8)
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what the client of a region cannot take says nothing against the region`() async throws {
        try await withStubs(2) {
            $0.attemptTimeout = .seconds(5)
        } makeRegion: { region, service in
            var configuration = HTTPClient.Configuration()
            (configuration.inFlight, configuration.queue) = (4, 0)
            let client = try HTTPClient(configuration)
            return try StubDeployment.region(region, service, over: client, client)
        } _: { stubs in
            stubs.services[0].plan(.silence(applied: false))
            try await Self.whileBusy(4, stubs) {
                for _ in 0..<20 {
                    let answer = try await stubs.store.get("a")
                    #expect(answer.region == "us-east-1" && answer.failures.map(\.failure) == [.overloaded])
                }
                #expect(stubs.arrivals[0] == 4 && stubs.store.health()[0].reads != .unhealthy)
            }
        }
    }

    /// Runs a body while so many reads wait for the first region.
    private static func whileBusy(
        _ count: Int,
        _ stubs: StubDeployment,
        _ body: () async throws -> Void
    ) async throws {
        let store = stubs.store
        let readers = (0..<count).map { _ in Task { _ = try? await store.get("a", in: "us-west-2") } }
        defer { for reader in readers { reader.cancel() } }
        while stubs.arrivals[0] < count {
            try Task.checkCancellation()
            await Task.yield()
        }
        try await body()
    }
}
