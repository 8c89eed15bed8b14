import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisReplicaConformanceTests {
    /// With all rights, and with those alone that ``RedisAccess/rule(namespace:isNative:)`` lists.
    @Test(arguments: [false, true])
    func `a region in the master keeps the contract of a backend`(isRestricted: Bool) async throws {
        let servers = try ReplicatedServers(2)
        defer { servers.close() }
        let failures = await BackendConformance { schema in
            let namespace = "table-\(UInt32.random(in: 0...UInt32.max))"
            var user: String?
            if isRestricted {
                let rule = RedisAccess.rule(namespace: namespace, isNative: true)
                for server in servers.servers { user = try await server.makeUser(for: namespace, rule: rule) }
            }
            return try servers.replicas(schema: schema, namespace: namespace, user: user).replicas[0]
        }.run()
        #expect(failures.isEmpty)
    }

    @Test func `a replica answers every read as its master does, and refuses every write`() async throws {
        try await withReplicas(2) { servers, replicas in
            let (master, replica) = (replicas.replicas[0], replicas.replicas[1])
            for number in 0..<300 {
                let key = Key.test("set-\(number % 3)", "\(number)")
                let item: Item = ["id": key.partition, "part": .string("\(number)"), "state": "open", "priority": 1]
                _ = try await master.perform(.write(.put(item)), in: .test())
            }
            _ = try await master.perform(.write(.delete(.test("set-0", "3"))), in: .test())
            try servers.waitForCopies(of: 0, in: 1)
            let index = Query("open", index: "by-state")
            for request: BackendRequest in [
                .get(.test("set-0", "0"), .consistent), .get(.test("set-0", "3"), .eventual),
                .batchGet([.test("set-1", "1"), .test("none", "1")], .eventual), .query(Query("set-2")), .query(index),
                .scan(Scan()),
            ] {
                let answers = (
                    try await master.perform(request, in: .test()), try await replica.perform(request, in: .test())
                )
                #expect(answers.0 == answers.1)
            }
            let item: Item = ["id": "a", "part": "1"]
            for request: BackendRequest in [
                .write(.put(item)), .write(.delete(.test())), .batchWrite([.put(item)]),
                .write(.put(item, if: !attribute("id").exists)), .transact([.put(item)]),
            ] {
                let error = await #expect(throws: BackendError.self) { try await replica.perform(request, in: .test()) }
                #expect(error?.failure == .readOnly && error?.writer == "berlin")
                #expect(error?.message.contains("writes go to region berlin") == true, "\(error?.message ?? "")")
            }
            #expect(try await master.probe(in: .test()) == ProbeReport(writable: true, writer: "berlin"))
            #expect(try await replica.probe(in: .test()) == ProbeReport(writable: false))
            #expect(!master.capabilities.versionsWrites && master.capabilities.transactions)
        }
    }

    @Test func `no condition is judged by a replica's rows`() async throws {
        try await withReplicas(2) { servers, replicas in
            let (master, replica) = (replicas.replicas[0], replicas.replicas[1])
            let item: Item = ["id": "a", "part": "1", "owner": "x"]
            _ = try await master.perform(.write(.put(item)), in: .test())
            try servers.waitForCopies(of: 0, in: 1)
            // The replica hears nothing any more, and the item is gone.
            try servers.servers[1].command("REPLICAOF", "127.0.0.1", "1")
            _ = try await master.perform(.write(.delete(.test())), in: .test())
            for write in [
                Write.put(item, if: !attribute("id").exists), .check(.test(), !attribute("id").exists),
                .update(.test(), Update().add("owner", 1)),
            ] {
                let error = await #expect(throws: BackendError.self) {
                    try await replica.perform(.write(write), in: .test())
                }
                #expect(error?.failure == .readOnly && error?.writer == "berlin", "\(error?.message ?? "")")
            }
            let store = try replicas.store()
            let put = try await store.put(item, if: !attribute("id").exists)
            #expect(put.region == "berlin")
        }
    }

    @Test func `nothing grows with the writes but the rows and their ids`() async throws {
        try await withReplicas(2) { servers, replicas in
            let store = try replicas.store()
            for number in 0..<200 {
                let item: Item = ["id": "a", "part": .string("\(number)"), "state": "open", "priority": 1]
                try await store.put(item)
                try await store.update(.test("a", "\(number)"), Update().add("n", 1))
                if number > 0 { try await store.delete(.test("a", "\(number)")) }
            }
            try servers.waitForCopies(of: 0, in: 1)
            for server in servers.servers {
                let keys = try server.command("KEYS", "{rk:worksets}*").split(separator: "\n").map(String.init)
                let left = Set(keys.filter { !$0.hasPrefix("{rk:worksets}:op:") })
                #expect(left.count == 4, "\(left.sorted())")
                #expect(left.isSuperset(of: ["meta", "live", "x:by-state"].map { "{rk:worksets}:\($0)" }))
                #expect(try server.command("ZCARD", "{rk:worksets}:x:by-state") == "1")
                #expect(try server.command("ZCARD", "{rk:worksets}:live") == "1")
            }
            #expect(try await store.scan(Scan()).items.count == 1)
        }
    }
}
