import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

/// Fault 32: a server that cannot hold a region says so, and what to do.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisCheckTests {
    private func refusal(_ store: RedisStore) async -> BackendError? {
        await #expect(throws: BackendError.self) { try await store.load(.test(), .eventual, in: .test()) }
    }

    @Test func `a server that may remove items by itself is refused until it is set right`() async throws {
        try await withRedis(["--maxmemory-policy", "allkeys-lru"]) { server in
            let store = try await server.store(isReady: false)
            let refusal = await self.refusal(store)
            #expect(refusal?.failure == .unavailable)
            #expect(refusal?.message.contains("maxmemory-policy allkeys-lru") == true)
            #expect(refusal?.message.contains("CONFIG SET maxmemory-policy noeviction") == true)
            // Nothing was begun in it.
            #expect(try server.command("DBSIZE") == "0")
            try server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
            _ = try await store.probe(in: .test())
            #expect(try await store.load(.test(), .eventual, in: .test()) == nil)
            // It is looked at again with every probe.
            try server.command("CONFIG", "SET", "maxmemory-policy", "volatile-ttl")
            await #expect(throws: BackendError.self) { try await store.probe(in: .test()) }
            _ = await self.refusal(store)
            await store.shutdown()
        }
    }

    @Test(arguments: [
        (
            ["redis_version": "6.2.14", "maxmemory_policy": "noeviction"],
            "is of version 6.2.14; 7.0 or later is needed."
        ),
        (["maxmemory_policy": "noeviction"], "is of version unknown; 7.0 or later is needed."),
        (["redis_version": "7.0.15"], "does not tell its maxmemory-policy, which must be noeviction."),
    ])
    func `what is wrong with a server is said`(_ info: [String: String], _ expected: String) {
        #expect(RedisStore.problem(of: info) == expected)
        #expect(RedisStore.problem(of: ["redis_version": "7.2.4", "maxmemory_policy": "noeviction"]) == nil)
    }

    @Test(arguments: ["xadd", "zrangebylex", "hset"])
    func `a right that a user lacks is named`(command: String) async throws {
        try await withRedis { server in
            let rule = RedisAccess.rule(namespace: "us-west-2") + " -\(command)"
            let user = try await server.makeUser(for: "us-west-2", rule: rule)
            let store = try await server.store(isReady: false, user: user)
            let refusal = await self.refusal(store)
            #expect(refusal?.failure == .unavailable && refusal?.code == .accessDenied)
            #expect(refusal?.message.contains("does not let this user run \(command.uppercased()) on") == true)
            #expect(refusal?.message.contains(RedisAccess.rule(namespace: "us-west-2")) == true)
            await store.shutdown()
        }
    }

    @Test(arguments: ["evalsha", "script|load", "info"])
    func `a command that a user may not send at all is named, and no region is touched`(command: String) async throws {
        try await withRedis { server in
            let rule = RedisAccess.rule(namespace: "us-west-2") + " -\(command)"
            let user = try await server.makeUser(for: "us-west-2", rule: rule)
            let store = try await server.store(isReady: false, user: user)
            let refusal = await self.refusal(store)
            #expect(refusal?.code == .accessDenied)
            #expect(refusal?.message.contains(command) == true)
            #expect(refusal.map { [.unavailable, .notSent].contains($0.failure) } == true)
            #expect(try server.command("DBSIZE") == "0")
            await store.shutdown()
        }
    }

    @Test func `a user of another namespace's rights is refused`() async throws {
        try await withRedis { server in
            let user = try await server.makeUser(for: "other")
            let store = try await server.store(isReady: false, user: user)
            #expect(await self.refusal(store)?.code == .accessDenied)
            await store.shutdown()
        }
    }

    @Test func `another region's or another table's keys are left alone`() async throws {
        try await withRedis { server in
            let first = try await server.store("first", namespace: "shared")
            try await first.put()
            let size = try server.command("DBSIZE")
            let region = try await server.store("second", namespace: "shared", isReady: false)
            #expect(await self.refusal(region)?.message.contains("holds region first under {rk:shared}") == true)
            for change in [
                { $0.indexes = [] }, { $0.sortKey?.kind = .number }, { $0.name = "another" },
            ] as [@Sendable (inout TableSchema) -> Void] {
                var schema = TableSchema.worksets
                change(&schema)
                let table = try await server.store("first", schema: schema, namespace: "shared", isReady: false)
                let message = await self.refusal(table)?.message ?? ""
                #expect(message.contains(RedisLayout.description(of: schema)))
                #expect(message.contains(RedisLayout.description(of: .worksets)))
                #expect(message.contains("choose another namespace"))
                await table.shutdown()
            }
            try await server.send("HSET", "{rk:shared}:meta", "format", "99")
            let later = try await server.store("first", namespace: "shared", isReady: false)
            #expect(await self.refusal(later)?.message.contains("another version of RegionKit") == true)
            #expect(try server.command("DBSIZE") == size)
            for store in [first, region, later] { await store.shutdown() }
        }
    }

    @Test(
        arguments: [
            ([], .none), (["--appendonly", "yes"], .everySecond), (["--save", "60 1"], .snapshots),
            (["--appendonly", "yes", "--appendfsync", "always"], .always),
            (["--appendonly", "yes", "--appendfsync", "no"], .systemDecides),
        ] as [([String], RedisDurability)]
    )
    func `what a server keeps is told from its own settings`(_ options: [String], _ expected: RedisDurability)
        async throws
    {
        try await withStore(options) { server, store in
            #expect(store.durability == expected)
            let user = try await server.makeUser(for: "us-west-2")
            let restricted = try await server.store(user: user)
            #expect(restricted.durability == (options.contains("--appendonly") ? .appendOnly : .unknown))
            await restricted.shutdown()
        }
    }

    @Test func `a region whose server is down at first works when it is there`() async throws {
        try await withRedis { server in
            let store = try await server.store(isReady: false)
            server.kill()
            let refusal = await #expect(throws: BackendError.self) {
                try await store.put(in: .test(within: .milliseconds(200)))
            }
            #expect(refusal?.failure == .notSent)
            try server.restart()
            try await store.reach()
            try await store.markReady()
            try await store.put()
            await store.shutdown()
        }
    }
}
