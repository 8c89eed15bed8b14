import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct LoadingTests {
    private static let text = """
        {"table": {"name": "notes", "partitionKey": "id"}, "deadline": "4s",
         "regions": [{"name": "us-west-2", "backend": "mine:a"}, {"name": "us-east-1", "backend": "mine:b"}]}
        """
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        self.folder = try TemporaryFolder()
        self.path = try self.folder.write(Self.text, to: "kit.json")
    }

    @Test func `code goes before the environment, that before the file, and that before the defaults`() throws {
        var configuration = try DeploymentConfiguration.load(
            self.path,
            environment: [
                "APP_ATTEMPT_TIMEOUT": "2.5", "APP_HEALTH_COOLDOWN": "700ms", "APP_HEALTH_FAILOVER_THRESHOLD": "7",
                "APP_NAME": "x", "REGIONKIT_DEADLINE": "1", "PATH": "/bin",
            ],
            prefix: "APP_"
        )
        configuration.store.health.failoverThreshold = 9
        #expect(configuration.store.deadline == .seconds(4))
        #expect(configuration.store.attemptTimeout == .milliseconds(2500))
        #expect(configuration.store.health.cooldown == .milliseconds(700))
        #expect(configuration.store.health.failoverThreshold == 9)
        #expect(configuration.store.health.recoveryThreshold == HealthConfiguration().recoveryThreshold)
        #expect(configuration.folder == self.folder.path)
        #expect(configuration.control == ControlFile(path: "\(self.folder.path)/kit-control.json"))
    }

    @Test(arguments: [
        ("REGIONKIT_PRIMARY_REGION", "mars", "found \"mars\"; allowed is \"us-west-2\", \"us-east-1\""),
        ("REGIONKIT_MULTI_REGION", "yes", "allowed is \"true\", \"false\""),
        ("REGIONKIT_POLICY", "primary-frist", "did you mean \"primary-first\"?"),
        ("REGIONKIT_DEADLINE", "", "a number of seconds"), ("REGIONKIT_DEADLINE", "0", "above 0"),
        ("REGIONKIT_DEADLINE", "-1", "a number of seconds"),
        ("REGIONKIT_ATTEMPT_TIMEOUT", "10", "at most the deadline"),
        ("REGIONKIT_HEALTH_FAILOVER_THRESHOLD", "3.5", "a whole number"),
        ("REGIONKIT_HEALTH_CHECK_INTERVALL", "30", "did you mean REGIONKIT_HEALTH_CHECK_INTERVAL?"),
        ("REGIONKIT_PRIMRY_REGION", "us-east-1", "did you mean REGIONKIT_PRIMARY_REGION?"),
    ])
    func `an error in the environment names the variable`(_ name: String, _ value: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try DeploymentConfiguration.load(self.path, environment: [name: value])
        }
        #expect(error?.field == name)
        #expect(error?.message.contains(message) == true)
        #expect(error?.file == nil)
    }

    @Test func `an error in the file names the file`() throws {
        let broken = try self.folder.write("{\"table\": ]", to: "broken.json")
        for (path, field) in [(broken, "line 1, column 11"), ("\(self.folder.path)/none.json", "the file")] {
            let error = #expect(throws: ConfigurationError.self) {
                try DeploymentConfiguration.load(path, environment: [:])
            }
            #expect(error?.field == field)
            #expect(error?.description.hasPrefix(path) == true)
        }
        #expect(throws: ConfigurationError.self) {
            try DeploymentConfiguration.load(self.folder.path, environment: [:])
        }
    }

    @Test func `a plug-in of one's own opens what the file says`() async throws {
        let registry = BackendRegistry([
            BackendPlugIn(scheme: "mine") { locations, _, context in
                .init(endpoints: locations.map { RegionEndpoint($0.region, ScriptedBackend(.succeed)) })
            }
        ])
        let environment = ["REGIONKIT_PRIMARY_REGION": "us-east-1"]
        let configuration = try DeploymentConfiguration.load(self.path, environment: environment)
        let store = try MultiRegionStore(configuration, try await registry.open(configuration))
        #expect(store.regions == ["us-east-1", "us-west-2"])
        #expect(store.schema.name == "notes")
    }
}
