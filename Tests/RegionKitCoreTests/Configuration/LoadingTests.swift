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

    @Test(arguments: [
        (["DEADLINE": "0.5"], Duration.milliseconds(500), Duration.milliseconds(500)),
        (["DEADLINE": "0.5", "ATTEMPT_TIMEOUT": "0.2"], .milliseconds(500), .milliseconds(200)),
        (["DEADLINE": "20", "ATTEMPT_TIMEOUT": "10"], .seconds(20), .seconds(10)),
        (["HEALTH_COOLDOWN": "600"], .seconds(4), .seconds(1)),
    ])
    func `variables that fit together are accepted, and defaults give way to them`(
        _ variables: [String: String],
        _ deadline: Duration,
        _ attemptTimeout: Duration
    ) throws {
        let environment = Dictionary(uniqueKeysWithValues: variables.map { ("REGIONKIT_\($0)", $1) })
        let store = try DeploymentConfiguration.load(self.path, environment: environment).store
        #expect(store.deadline == deadline)
        #expect(store.attemptTimeout == attemptTimeout)
        #expect(store.health.maximumCooldown >= store.health.cooldown)
    }

    @Test func `a default that gave way in the file comes back with a longer deadline`() throws {
        let short = try self.folder.write(Self.text.replacing("4s", with: "500ms"), to: "short.json")
        let store = try DeploymentConfiguration.load(short, environment: ["REGIONKIT_DEADLINE": "4"]).store
        #expect(store.attemptTimeout == .seconds(1))
    }

    @Test func `a deadline below the attempt's time that the file gives, even the default, names its variable`() throws
    {
        let text = Self.text.replacing("\"4s\"", with: "\"4s\", \"attemptTimeout\": \"1s\"")
        let written = try self.folder.write(text, to: "written.json")
        let error = #expect(throws: ConfigurationError.self) {
            try DeploymentConfiguration.load(written, environment: ["REGIONKIT_DEADLINE": "0.5"])
        }
        #expect(error?.field == "REGIONKIT_DEADLINE")
        #expect(error?.message.contains("attemptTimeout: found 1.0 seconds") == true)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["pipe", "/dev/zero", "/dev/null"])
    func `a pipe or a device is no configuration, and nobody waits for it`(_ name: String) throws {
        let path = name.hasPrefix("/") ? name : "\(self.folder.path)/\(name)"
        if path != name { #expect(unsafe mkfifo(path, 0o600) == 0) }
        let error = #expect(throws: ConfigurationError.self) {
            try DeploymentConfiguration.load(path, environment: [:])
        }
        #expect(error?.field == "the file")
        #expect(error?.message.contains("it must be a regular file that this user may read") == true)
    }

    @Test func `a configuration may be reached through a symbolic link`() throws {
        let link = "\(self.folder.path)/link.json"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: self.path)
        #expect(try DeploymentConfiguration.load(link, environment: [:]).schema.name == "notes")
    }

    @Test func `a backend that is not known names the file`() async throws {
        let configuration = try DeploymentConfiguration.load(self.path, environment: [:])
        let error = await #expect(throws: ConfigurationError.self) {
            _ = try await BackendRegistry().open(configuration)
        }
        #expect(error?.description.hasPrefix("\(self.path): regions[0].backend: found the scheme \"mine\"") == true)
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
