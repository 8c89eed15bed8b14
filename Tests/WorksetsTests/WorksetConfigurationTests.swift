import RegionKitCore
import Testing
import Worksets

struct WorksetConfigurationTests {
    @Test
    func `the defaults are those of the documentation`() throws {
        let configuration = WorksetConfiguration()
        try configuration.validate()
        #expect(configuration.table == "daylily-worksets")
        #expect(configuration.activeRegions == ["us-west-2", "us-east-1", "eu-west-1"])
        #expect(configuration.primary == "us-west-2")
        #expect(configuration.store.health.checkInterval == .seconds(30))
        #expect(configuration.store.health.failoverThreshold == 3)
        #expect(configuration.lockDuration == .seconds(3600))
    }

    @Test
    func `the schema is that of existing tables`() throws {
        let schema = WorksetConfiguration(table: "t").schema
        #expect(schema.name == "t")
        #expect(schema.partitionKey == "workset_id")
        #expect(schema.sortKey == nil)
        #expect(
            schema.indexes == [
                .init("state-priority-index", partitionKey: "state", sortKey: "priority"),
                .init("created-at-index", partitionKey: "state", sortKey: "created_at"),
            ]
        )
    }

    @Test
    func `the environment overrides what it names`() throws {
        let configuration = try WorksetConfiguration().applying(environment: [
            "DAYLILY_PRIMARY_REGION": "eu-west-1",
            "DAYLILY_MULTI_REGION": "TRUE",
            "DAYLILY_HEALTH_CHECK_INTERVAL": "5",
            "PATH": "/bin",
        ])
        #expect(configuration.activeRegions == ["eu-west-1", "us-west-2", "us-east-1"])
        #expect(configuration.store.health.checkInterval == .seconds(5))
        #expect(try WorksetConfiguration().applying(environment: [:]) == WorksetConfiguration())
    }

    @Test
    func `without multi-region only the primary is used`() throws {
        let configuration = try WorksetConfiguration().applying(environment: ["DAYLILY_MULTI_REGION": "false"])
        #expect(configuration.activeRegions == ["us-west-2"])
    }

    @Test(arguments: [
        ("DAYLILY_PRIMARY_REGION", "us-west-1", "one of us-west-2, us-east-1, eu-west-1"),
        ("DAYLILY_PRIMARY_REGION", "", "one of us-west-2, us-east-1, eu-west-1"),
        ("DAYLILY_MULTI_REGION", "yes", "true or false"), ("DAYLILY_MULTI_REGION", "", "true or false"),
        ("DAYLILY_HEALTH_CHECK_INTERVAL", "0", "a whole number of seconds from 1 to 86400"),
        ("DAYLILY_HEALTH_CHECK_INTERVAL", "30s", "a whole number of seconds from 1 to 86400"),
        ("DAYLILY_HEALTH_CHECK_INTERVAL", "-1", "a whole number of seconds from 1 to 86400"),
        ("DAYLILY_HEALTH_CHECK_INTERVAL", "99999999999999999999", "a whole number of seconds from 1 to 86400"),
    ])
    func `a wrong value names the variable, what was found and what is allowed`(
        variable: String,
        value: String,
        allowed: String
    ) {
        #expect(throws: ConfigurationError(field: variable, "found \"\(value)\"; allowed is \(allowed)")) {
            try WorksetConfiguration().applying(environment: [variable: value])
        }
    }

    @Test(arguments: [
        (WorksetConfiguration(primary: "ap-south-1"), "primary"),
        (WorksetConfiguration(lockDuration: .zero), "lockDuration"),
        (WorksetConfiguration(lockDuration: .seconds(86400 * 31)), "lockDuration"),
    ])
    func `a configuration that cannot work names its field`(configuration: WorksetConfiguration, field: String) {
        let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
        #expect(error?.field == field)
    }
}
