import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct StoreConfigurationTests {
    private static let mistakes: [(String, @Sendable (inout StoreConfiguration) -> Void)] = [
        ("deadline", { $0.deadline = .zero }),
        ("deadline", { $0.deadline = .seconds(3601) }),
        ("attemptTimeout", { $0.attemptTimeout = .seconds(6) }),
        ("attemptTimeout", { $0.attemptTimeout = .seconds(-1) }),
        ("maximumInFlightPerRegion", { $0.maximumInFlightPerRegion = 0 }),
        ("eventBuffer", { $0.eventBuffer = 0 }),
        ("health.checkInterval", { $0.health.checkInterval = .zero }),
        ("health.failoverThreshold", { $0.health.failoverThreshold = 0 }),
        ("health.recoveryThreshold", { $0.health.recoveryThreshold = -3 }),
        ("health.faultRatio", { $0.health.faultRatio = .nan }),
        ("health.latencyWeight", { $0.health.latencyWeight = 1.5 }),
        ("health.maximumCooldown", { $0.health.maximumCooldown = .seconds(1) }),
        ("health.failbackDelay", { $0.health.failbackDelay = .seconds(-1) }),
        ("health.failbackShares", { $0.health.failbackShares = [0.5, 0.1, 1] }),
        ("health.failbackShares", { $0.health.failbackShares = [] }),
        ("retry.baseBackoff", { $0.retry.baseBackoff = .zero }),
        ("retry.maximumBackoff", { $0.retry.maximumBackoff = .zero }),
        ("retry.maximumAttemptsPerRegion", { $0.retry.maximumAttemptsPerRegion = 0 }),
        ("retry.budget", { $0.retry.budget = -1 }),
    ]

    @Test(arguments: StoreConfigurationTests.mistakes.indices)
    func `an invalid field is named with what was found and what is allowed`(_ index: Int) throws {
        let (field, change) = Self.mistakes[index]
        let error = #expect(throws: ConfigurationError.self) { _ = try StoreFixture(3, change) }
        #expect(error?.field == field)
        #expect(error?.message.contains("found") == true)
    }

    @Test(arguments: [
        [], ["Bad"], ["-a"], ["a", "a"], ["../x"], ["a\0b"], [String(repeating: "a", count: 300)], ["file:x"], ["ü"],
    ])
    func `region names that cannot work are refused`(_ names: [String]) throws {
        let endpoints = names.map { RegionEndpoint(Region($0), ScriptedBackend(.succeed)) }
        let error = #expect(throws: ConfigurationError.self) {
            _ = try MultiRegionStore(schema: StoreFixture.schema, regions: endpoints)
        }
        #expect(error?.field.hasPrefix("regions") == true)
    }

    @Test func `more regions than fit into a set are refused`() throws {
        let endpoints = (0..<65).map { RegionEndpoint(Region("r-\($0)"), ScriptedBackend(.succeed)) }
        #expect(throws: ConfigurationError.self) {
            _ = try MultiRegionStore(schema: StoreFixture.schema, regions: endpoints)
        }
    }
}
