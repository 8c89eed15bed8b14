import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendRedis

/// Fault 27: servers among which Redis replicates change their roles.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized, .timeLimit(.minutes(10)))
struct RedisPromotionTests {
    private typealias Operation = @Sendable (MultiRegionStore, Int) async throws -> Region

    private final class Flag: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { self.state.withLock { $0 } }
        func set() { self.state.withLock { $0 = true } }
    }

    private static let writes: [Operation] = [
        { store, number in try await store.put(["id": "a", "part": .string("\(number)")]).region },
        { store, number in
            try await store.put(["id": "b", "part": .string("\(number)")], if: !attribute("id").exists).region
        },
        { store, _ in try await store.update(.test("c", "n"), Update().add("n", 1)).region },
        { store, number in
            try await store.transact([.put(["id": "d", "part": .string("\(number)")]), .delete(.test("none"))]).region
        },
    ]

    /// How a promotion is measured: on a quiet machine 1 s, which an overloaded one may not keep.
    private static let bound = Duration.seconds(20)

    @Test(arguments: [0, 1, 2]) func `writes reach the master wherever it stands`(master: Int) async throws {
        try await withReplicas(master: master) { servers, replicas in
            for write in Self.writes.indices {
                let store = try replicas.store()
                #expect(try await Self.writes[write](store, write) == ReplicatedServers.regions[master])
                try servers.waitForCopies(of: master)
                let read = try await store.get(.test("none"))
                #expect(read.region == "berlin", "\(read.failures)")
            }
            #expect(replicas.master == ReplicatedServers.regions[master])
        }
    }

    /// Every replica was found to take no writes long ago, and is left alone by the health checks for minutes.
    @Test(arguments: writes.indices)
    func `fault 27: a demoted master's writes find the new one within a second of its promotion`(write: Int)
        async throws
    {
        try await withReplicas { servers, replicas in
            let store = try replicas.store {
                $0.health.cooldown = .seconds(300)
                $0.health.checkInterval = .milliseconds(50)
                $0.health.recoveryProbeInterval = .milliseconds(50)
            }
            try await withMultiRegionStore(store) { store in
                while store.health().filter({ $0.writes == .unhealthy }).count < 2 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(try await Self.writes[write](store, 0) == "berlin")
                var master = 0
                for (round, next) in [2, 1, 0, 1].enumerated() {
                    try servers.waitForCopies(of: master)
                    // First nobody is the master, then one is.
                    try servers.follow(master, next)
                    let refusal = await #expect(throws: RegionError.self) {
                        try await store.put(
                            ["id": "e", "part": "1"],
                            options: OperationOptions(deadline: .milliseconds(400))
                        )
                    }
                    #expect(refusal?.attempts.isEmpty == false)
                    let clock = ContinuousClock()
                    async let found: ContinuousClock.Instant = {
                        var number = 1000 * (round + 1)
                        while true {
                            number += 1
                            do {
                                let region = try await Self.writes[write](store, number)
                                #expect(region == ReplicatedServers.regions[next])
                                return clock.now
                            } catch {
                                let error = error as? RegionError
                                #expect(error?.code == .unavailable, "\(error.map { "\($0)" } ?? "")")
                            }
                        }
                    }()
                    try servers.promote(next)
                    let promoted = clock.now
                    let time = await promoted.duration(to: found)
                    print(
                        "fault 27: write \(write) found \(ReplicatedServers.regions[next]) \(time) after its promotion"
                    )
                    #expect(time < Self.bound)
                    for other in servers.servers.indices where other != next { try servers.follow(other, next) }
                    for other in servers.servers.indices where other != next { try servers.waitForLink(other) }
                    master = next
                }
            }
        }
    }

    @Test func `fault 27: while masters come and go under load, writes are done or refused and reads never fail`()
        async throws
    {
        try await withReplicas { servers, replicas in
            let store = try replicas.store()
            try await store.put(["id": "a", "part": "1"])
            try servers.waitForCopies(of: 0)
            let end = Flag()
            try await withThrowingTaskGroup(of: (done: Int, refused: Int).self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        var (done, refused, number) = (0, 0, 0)
                        while !end.isSet {
                            number += 1
                            do {
                                _ = try await Self.writes[worker](store, number)
                                done += 1
                            } catch let error as RegionError {
                                // A condition may meet a write of its own that was done and whose answer was lost.
                                let codes: [ErrorCode] = [.unavailable, .outcomeUnknown, .conditionFailed]
                                #expect(codes.contains(error.code), "\(error)")
                                refused += 1
                            }
                        }
                        return (done, refused)
                    }
                }
                for region in ReplicatedServers.regions {
                    group.addTask {
                        while !end.isSet {
                            let answer = try await store.get(.test("a", "1"))
                            #expect(answer.region == "berlin")
                            _ = try? await store.get(.test("a", "1"), in: region)
                        }
                        return (0, 0)
                    }
                }
                var master = 0
                for next in [1, 2, 0] {
                    for other in servers.servers.indices where other != next { try servers.follow(other, next) }
                    try servers.promote(next)
                    for other in servers.servers.indices where other != next { try servers.waitForLink(other) }
                    master = next
                    let region = ReplicatedServers.regions[next]
                    while store.activeRegion(for: .write) != region { try await Task.sleep(for: .milliseconds(5)) }
                }
                end.set()
                let counts = try await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.done, $0.1 + $1.refused) }
                print("fault 27: under load \(counts.0) writes done, \(counts.1) refused")
                #expect(counts.0 > 0 && master == 0)
            }
        }
    }

    @Test func `a master that died and has no successor leaves reads, and writes are told what to do`() async throws {
        try await withReplicas { servers, replicas in
            let store = try replicas.store { ($0.deadline, $0.attemptTimeout) = (.seconds(10), .seconds(5)) }
            try await store.put(["id": "a", "part": "1"])
            try servers.waitForCopies(of: 0)
            servers.servers[0].kill()
            for write in Self.writes {
                let error = await #expect(throws: RegionError.self) { try await write(store, 7) }
                #expect([.unavailable, .deadlineExceeded].contains(error?.code), "\(error.map { "\($0)" } ?? "")")
                #expect(try await store.get(.test("a", "1")).item != nil)
            }
            let error = await #expect(throws: RegionError.self) { try await Self.writes[0](store, 8) }
            #expect(error?.message.contains("promote one (RegionKit never does)") == true, "\(error?.message ?? "")")
            let clock = ContinuousClock()
            try servers.promote(2)
            let promoted = clock.now
            while (try? await Self.writes[2](store, 9)) == nil {}
            print("fault 27: a dead master's successor was found in \(promoted.duration(to: clock.now))")
            #expect(promoted.duration(to: clock.now) < Self.bound)
            #expect(store.activeRegion(for: .write) == "oslo")
        }
    }

    @Test(arguments: [0, 2]) func `a master that hangs is left for the one that was promoted`(write: Int) async throws {
        try await withReplicas { servers, replicas in
            let store = try replicas.store { $0.attemptTimeout = .seconds(2) }
            _ = try await Self.writes[write](store, 0)
            try servers.waitForCopies(of: 0)
            servers.servers[0].stop()
            defer { servers.servers[0].resume() }
            try servers.promote(1)
            let clock = ContinuousClock()
            let promoted = clock.now
            var number = 0
            while true {
                number += 1
                do {
                    #expect(try await Self.writes[write](store, number) == "madrid")
                    break
                } catch let error as RegionError {
                    #expect([.unavailable, .outcomeUnknown].contains(error.code), "\(error)")
                    // Once is enough: then the server is asked for its role before it is given anything.
                    #expect(error.attempts.dropFirst().allSatisfy { $0.failure == .readOnly }, "\(error)")
                }
            }
            print("fault 27: write \(write) left a hanging master in \(promoted.duration(to: clock.now))")
            #expect(promoted.duration(to: clock.now) < .seconds(60))
            #expect(store.activeRegion(for: .write) == "madrid" || write == 0)
        }
    }

    @Test func `a replica that serves no old data is passed over by reads`() async throws {
        try await withReplicas { servers, replicas in
            let store = try replicas.store()
            try await store.put(["id": "a", "part": "1"])
            try servers.waitForCopies(of: 0)
            try servers.servers[1].command("CONFIG", "SET", "replica-serve-stale-data", "no")
            servers.servers[0].kill()
            let replica = replicas.replicas[1]
            while try await replica.role(in: .test())
                != .replica(
                    master: "127.0.0.1:\(servers.servers[0].port)",
                    isConnected: false
                )
            {}
            let error = await #expect(throws: BackendError.self) {
                try await replica.perform(.get(.test("a", "1"), .eventual), in: .test())
            }
            #expect(error?.failure == .unavailable)
            #expect(error?.message.contains("MASTERDOWN") == true && error?.message.contains("old data") == true)
            for request: BackendRequest in [.query(Query("a")), .scan(Scan())] {
                let error = await #expect(throws: BackendError.self) { try await replica.perform(request, in: .test()) }
                #expect(error?.failure == .unavailable)
            }
            #expect(try await store.get(.test("a", "1")).region == "oslo")
        }
    }

    @Test func `of two masters the one that writes go to stays, and the other is named`() async throws {
        try await withReplicas { servers, replicas in
            let store = try replicas.store()
            try await store.put(["id": "a", "part": "1"])
            try servers.promote(1)
            #expect(try await replicas.replicas[1].probe(in: .test()) == ProbeReport(writable: false))
            let report = try await replicas.replicas[0].probe(in: .test())
            #expect(report == ProbeReport(writable: true, writer: "berlin"))
            #expect(try await store.put(["id": "a", "part": "2"]).region == "berlin")
            // The one that stays is gone: the other is what is left.
            servers.servers[0].kill()
            while (try? await Self.writes[2](store, 1)) == nil {}
            #expect(store.activeRegion(for: .write) == "madrid")
            // It comes back as what it was, and nothing returns to it.
            try servers.servers[0].restart()
            try await patiently {
                let report = try await replicas.replicas[0].probe(in: .test())
                #expect(report == ProbeReport(writable: false))
            }
            #expect(try await Self.writes[2](store, 2) == "madrid")
        }
    }

    @Test func `no command that changes a role is sent, nor a right for one needed`() async throws {
        let servers = try ReplicatedServers()
        defer { servers.close() }
        let rule = RedisAccess.rule(namespace: "worksets", isNative: true)
        for right in ["replicaof", "slaveof", "failover", "config", "monitor"] { #expect(!rule.contains(right)) }
        var user: String?
        for server in servers.servers { user = try await server.makeUser(for: "worksets", rule: rule) }
        let replicas = try servers.replicas(user: user)
        let store = try replicas.store()
        for server in servers.servers { try server.command("CONFIG", "RESETSTAT") }
        try await withMultiRegionStore(store) { store in
            for next in [1, 0] {
                try await store.put(["id": "a", "part": "1"])
                for other in servers.servers.indices where other != next { try servers.follow(other, next) }
                _ = await #expect(throws: RegionError.self) {
                    try await store.put(
                        ["id": "a", "part": "2"],
                        options: OperationOptions(deadline: .milliseconds(300))
                    )
                }
                try servers.promote(next)
                while (try? await store.put(["id": "a", "part": "3"])) == nil {}
                for other in servers.servers.indices where other != next { try servers.waitForLink(other) }
            }
        }
        await replicas.shutdown()
        var calls = 0
        for server in servers.servers {
            // What the user may not do would be refused and noted; `CONFIG GET` is tried, to tell the durability.
            let log = try server.command("ACL", "LOG")
            #expect(!log.contains("replicaof") && !log.contains("slaveof") && !log.contains("failover"), "\(log)")
            let statistics = try server.command("INFO", "commandstats")
            for line in statistics.split(whereSeparator: \.isNewline) {
                #expect(!line.hasPrefix("cmdstat_failover") && !line.hasPrefix("cmdstat_slaveof"), "\(line)")
                guard line.hasPrefix("cmdstat_replicaof:calls=") else { continue }
                calls += Int(line.dropFirst("cmdstat_replicaof:calls=".count).prefix(while: \.isNumber)) ?? 0
            }
        }
        #expect(calls == 6, "two of the test's own rounds of three")
    }

    @Test func `fault 27: what Sentinel promotes is found, and its old master gets no writes when it is back`()
        async throws
    {
        try await withReplicas { servers, replicas in
            let store = try replicas.store { ($0.deadline, $0.attemptTimeout) = (.seconds(10), .seconds(5)) }
            try await store.put(["id": "a", "part": "1"])
            try servers.waitForCopies(of: 0)
            let sentinel = try RedisSentinel(master: servers.servers[0].port)
            defer { sentinel.close() }
            while try await sentinel.replicas() != 2 { try await Task.sleep(for: .milliseconds(50)) }
            servers.servers[0].kill()
            let clock = ContinuousClock()
            let killed = clock.now
            var found: Region?
            while found == nil { found = try? await Self.writes[2](store, 1) }
            let time = killed.duration(to: clock.now)
            print("fault 27: Sentinel's \(found?.name ?? "") took writes \(time) after the old master was killed")
            #expect(found == "madrid" || found == "oslo")
            #expect(try await store.get(.test("a", "1")).item != nil)
            try servers.servers[0].restart()
            // Sentinel sees to that.
            while (try? await replicas.replicas[0].role(in: .test()))?.isMaster ?? true {
                #expect(try await Self.writes[2](store, 2) == found)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await Self.writes[2](store, 3) == found)
            #expect(try await store.get(.test("a", "1"), in: "madrid").item != nil)
        }
    }

    @Test func `servers that forget the scripts are given them again`() async throws {
        try await withReplicas(2) { servers, replicas in
            let store = try replicas.store()
            try await store.put(["id": "a", "part": "1"])
            try servers.waitForCopies(of: 0, in: 1)
            let scan = BackendRequest.scan(Scan())
            _ = try await replicas.replicas[1].perform(scan, in: .test())
            for server in servers.servers { try server.command("SCRIPT", "FLUSH", "SYNC") }
            let response = try await replicas.replicas[1].perform(scan, in: .test())
            #expect(response == .page(Page(items: [["id": "a", "part": "1"]])))
            #expect(try await store.update(.test("a", "1"), Update().add("n", 1)).region == "berlin")
        }
    }
}
