import Policies
import RegionKitCore
import Testing

@Suite struct PolicyDiagnosticTests {
    private static func configuration(
        _ change: (inout StoreConfiguration) -> Void = { _ in }
    ) -> DeploymentConfiguration {
        var store = StoreConfiguration()
        change(&store)
        return DeploymentConfiguration(
            schema: TableSchema(name: "notes", partitionKey: "id"),
            regions: PolicySamples.names.map { BackendPlugIn.Location($0, "sqlite:\($0)") },
            folder: "/",
            store: store
        )
    }

    private static func kinds(
        _ text: String,
        _ configuration: DeploymentConfiguration = configuration(),
        health: [RegionHealth] = []
    ) throws -> [PolicyDiagnostic.Kind] {
        try PolicyRegistry.standard.policy(text).diagnostics(for: configuration, health: health).map(\.kind)
    }

    @Test(arguments: [
        "primary-first", "read-write(latency, primary-first)", "nearest(eu-west-1, us-east-1)",
        "residency(us-west-2, eu-west-1; primary-first)", "when(write, nearest(us-east-1), latency)",
        "read-write(weighted(us-west-2=1, us-east-1=1), nearest(eu-west-1))",
    ])
    func `a sound deployment has no diagnostics`(_ text: String) throws {
        #expect(try Self.kinds(text) == [])
    }

    @Test(arguments: [
        ("latency", "what each process measures"), ("sticky(latency)", "what each process measures"),
        ("weighted(us-west-2=1, us-east-1=1)", "chance"),
        ("fallback(residency(us-west-2, eu-west-1; latency), primary-first)", "what each process measures"),
    ])
    func `writes whose region follows from latency or chance are told`(_ text: String, _ cause: String) throws {
        let policy = try PolicyRegistry.standard.policy(text)
        let found = policy.diagnostics(for: Self.configuration())
        #expect(found.map(\.kind) == [.scatteredWrites])
        #expect(found.first?.message.contains("follows from \(cause)") == true)
        let fixed = try #require(found.first?.fix.split(separator: ": ", maxSplits: 1).last)
        #expect(try Self.kinds(String(fixed)) == [], "the fix is a policy without diagnostics")
    }

    @Test func `operations that have one region alone are told`() throws {
        #expect(try Self.kinds("residency(eu-west-1; primary-first)") == [.noFailover, .noFailover, .noFailover])
        #expect(try Self.kinds("when(write, residency(eu-west-1; primary-first), latency)") == [.noFailover])
        let none = try PolicyRegistry.standard.policy("when(consistent, residency(mars; latency), primary-first)")
        #expect(
            none.diagnostics(for: Self.configuration()).map(\.message) == [
                "no region is permitted for consistent reads: they all fail"
            ]
        )
        var single = Self.configuration()
        single.regions = [single.regions[0]]
        #expect(try Self.kinds("latency", single) == [], "one region never has failover")
    }

    @Test func `traffic that returns before the next probe is told`() throws {
        let hasty = Self.configuration { $0.health.failbackDelay = .milliseconds(999) }
        #expect(try Self.kinds("primary-first", hasty) == [.hastyFailback])
        #expect(try Self.kinds("primary-first", Self.configuration { $0.health.failbackDelay = .seconds(1) }) == [])
    }

    @Test func `a threshold below a region's usual latency is told`() throws {
        let health = [RegionHealth(region: "us-west-2", latency: .milliseconds(80)), RegionHealth(region: "us-east-1")]
        let low = Self.configuration { $0.health.latencyThreshold = .milliseconds(79) }
        #expect(try Self.kinds("primary-first", low, health: health) == [.lowLatencyThreshold])
        let enough = Self.configuration { $0.health.latencyThreshold = .milliseconds(80) }
        #expect(try Self.kinds("primary-first", enough, health: health) == [])
    }

    @Test func `attempts beyond the deadline are told`() throws {
        #expect(
            try Self.kinds("primary-first", Self.configuration { $0.attemptTimeout = .seconds(6) }) == [.longAttempts]
        )
        #expect(try Self.kinds("primary-first", Self.configuration { $0.attemptTimeout = .seconds(5) }) == [])
    }
}
