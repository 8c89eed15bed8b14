import Testing

@testable import RegionKitCore

/// A policy that is not the default.
private struct Last: RoutingPolicy {
    let description = "last"

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        candidates.map(\.self).last
    }
}

@Suite struct DeploymentConfigurationTests {
    private static let document = """
        {
          "table": { "name": "daylily-worksets", "partitionKey": "workset_id", "sortKey": null,
                     "indexes": [ { "name": "state-priority-index", "partitionKey": "state", "sortKey": "priority" } ] },
          "primary": "us-east-1",
          "regions": [
            { "name": "us-west-2", "backend": "sqlite:data/us-west-2.sqlite" },
            { "name": "us-east-1", "backend": "sqlite:/var/lib/us-east-1.sqlite" }
          ],
          "policy": "latency",
          "health": { "checkInterval": "30s", "failoverThreshold": 4, "latencyThreshold": "500ms", "recoveryThreshold": 3,
                      "cooldown": "10m", "failbackDelay": "1.5m", "failbackSteps": "10s" },
          "deadline": "4s", "attemptTimeout": "1s", "metrics": "none"
        }
        """

    private static let policies = {
        var policies = PolicyRegistry()
        policies.register("latency", Last())
        return policies
    }()

    private static func configuration(_ text: String) throws -> DeploymentConfiguration {
        try DeploymentConfiguration(json: Array(text.utf8), folder: "/etc/kit", policies: Self.policies)
    }

    @Test func `a configuration file is read`() throws {
        let configuration = try Self.configuration(Self.document)
        #expect(configuration.schema.partitionKey == "workset_id")
        #expect(configuration.schema.sortKey == nil)
        #expect(configuration.schema.indexes.first?.sortKey == "priority")
        #expect(configuration.regions.map(\.region) == ["us-east-1", "us-west-2"])
        #expect(configuration.regions.map(\.address) == ["/var/lib/us-east-1.sqlite", "data/us-west-2.sqlite"])
        #expect(configuration.policy.description == "last")
        #expect(configuration.store.deadline == .seconds(4))
        #expect(configuration.store.health.failoverThreshold == 4)
        #expect(configuration.store.health.cooldown == .seconds(600))
        #expect(configuration.store.health.failbackDelay == .seconds(90))
    }

    @Test(arguments: [
        ("none", DeploymentConfiguration.Metrics.none), ("cloudwatch", .cloudWatch), ("emf", .embedded),
    ])
    func `a file or the environment says where metrics go`(
        _ name: String,
        _ expected: DeploymentConfiguration.Metrics
    ) throws {
        let text = Self.document.replacing("\"metrics\": \"none\"", with: "\"metrics\": \"\(name)\"")
        #expect(try Self.configuration(text).metrics == expected)
        let silent = Self.document.replacing(", \"metrics\": \"none\"", with: "")
        #expect(try Self.configuration(silent).metrics == .none)
        let environment = ["REGIONKIT_METRICS": name]
        let told = try Self.configuration(silent).applying(environment: environment, policies: Self.policies)
        #expect(told.metrics == expected)
    }

    @Test func `keys may have a type, and a table a time to live`() throws {
        let configuration = try Self.configuration(
            """
            {"table": {"name": "events", "partitionKey": {"name": "id", "type": "N"}, "sortKey": {"name": "part", "type": "B"},
             "ttl": "expires"}, "regions": [{"name": "a", "backend": "sqlite:a"}], "deadline": "500ms"}
            """
        )
        #expect(configuration.schema.partitionKey == TableSchema.KeyAttribute("id", .number))
        #expect(configuration.schema.sortKey == TableSchema.KeyAttribute("part", .binary))
        #expect(configuration.schema.timeToLiveAttribute == "expires")
        #expect(configuration.store.attemptTimeout == .milliseconds(500))
    }

    @Test func `the share of faults and retries can be set, in a file and in the environment`() throws {
        let text = Self.document.replacing(
            "\"health\": {",
            with: "\"retry\": {\"maximumAttemptsPerRegion\": 2, \"baseBackoff\": \"10ms\"}, "
                + "\"health\": {\"faultRatio\": 0.15, "
        )
        let configuration = try Self.configuration(text)
        #expect(configuration.store.health.faultRatio == 0.15)
        #expect(configuration.store.retry.maximumAttemptsPerRegion == 2)
        #expect(configuration.store.retry.baseBackoff == .milliseconds(10))
        let applied = try configuration.applying(environment: [
            "REGIONKIT_HEALTH_FAULT_RATIO": "0.25", "REGIONKIT_RETRY_BUDGET": "0",
        ])
        #expect(applied.store.health.faultRatio == 0.25)
        #expect(applied.store.retry.budget == 0)
    }

    @Test(arguments: [
        (
            "\"checkInterval\": \"30s\"", "\"checkIntervall\": \"30s\"", "health.checkIntervall",
            "did you mean checkInterval?"
        ),
        (
            "\"checkInterval\": \"30s\"", "\"checkInterval\": 30", "health.checkInterval",
            "found 30; allowed is a number with a unit"
        ),
        ("\"10m\"", "\"0s\"", "health.cooldown", "found 0.0 seconds; allowed is above 0"),
        ("\"failbackSteps\": \"10s\"", "\"failbackSteps\": \"0s\"", "health.failbackSteps", "allowed is above 0"),
        ("\"policy\": \"latency\"", "\"policy\": \"latncy\"", "policy", "did you mean \"latency\"?"),
        ("\"policy\"", "\"polcy\"", "polcy", "did you mean policy?"),
        (
            "\"primary\": \"us-east-1\"", "\"primary\": \"us-east-9\"", "primary",
            "found \"us-east-9\"; allowed is \"us-west-2\", \"us-east-1\""
        ),
        ("\"attemptTimeout\": \"1s\"", "\"attemptTimeout\": \"9s\"", "attemptTimeout", "at most the deadline"),
        ("\"name\": \"us-west-2\"", "\"name\": \"US\"", "regions[0].name", "found \"US\"; allowed is 1 to 63 of a-z"),
        ("\"name\": \"us-west-2\"", "\"name\": \"us-east-1\"", "regions[1].name", "listed twice"),
        ("\"partitionKey\": \"workset_id\", ", "", "table.partitionKey", "missing"),
        (
            "\"sortKey\": null", "\"sortKey\": {\"name\": \"x\", \"type\": \"BOOL\"}", "table.sortKey.type",
            "allowed is \"S\", \"N\", \"B\""
        ),
        (
            "\"failoverThreshold\": 4", "\"failoverThreshold\": \"4\"", "health.failoverThreshold",
            "found \"4\"; allowed is a whole number"
        ),
        (
            "\"failoverThreshold\": 4", "\"failoverThreshold\": 0", "health.failoverThreshold",
            "found 0; allowed is 1 to 10000"
        ),
        ("\"metrics\": \"none\"", "\"metrics\": \"all\"", "metrics", "allowed is \"none\", \"cloudwatch\", \"emf\""),
        ("daylily-worksets", "x", "table", "3 to 255 characters"),
    ])
    func `an error names the field, what was found and what is allowed`(
        _ old: String,
        _ new: String,
        _ field: String,
        _ message: String
    ) {
        #expect {
            try Self.configuration(Self.document.replacing(old, with: new))
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.field == field && error.message.contains(message)
        }
    }

    @Test func `the environment goes before the file`() throws {
        let configuration = try Self.configuration(Self.document).applying(environment: [
            "REGIONKIT_PRIMARY_REGION": "us-west-2", "REGIONKIT_MULTI_REGION": "false",
            "REGIONKIT_HEALTH_CHECK_INTERVAL": "45",
        ])
        #expect(configuration.regions.map(\.region) == ["us-west-2"])
        #expect(configuration.store.health.checkInterval == .seconds(45))
        let own = try Self.configuration(Self.document).applying(
            environment: ["DAYLILY_MULTI_REGION": "false"],
            prefix: "DAYLILY_"
        )
        #expect(own.regions.map(\.region) == ["us-east-1"])
    }

    @Test(arguments: ["REGIONKIT_PRIMARY_REGION", "REGIONKIT_MULTI_REGION", "REGIONKIT_HEALTH_CHECK_INTERVAL"])
    func `an error in the environment names the variable`(_ name: String) throws {
        let configuration = try Self.configuration(Self.document)
        #expect {
            try configuration.applying(environment: [name: "?"])
        } throws: {
            ($0 as? ConfigurationError)?.field == name
        }
    }
}
