import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct BackendRegistryTests {
    private let schema = TableSchema(name: "t", partitionKey: "id")
    private let registry = BackendRegistry([
        BackendPlugIn(scheme: "mine") { locations, _, _ in
            BackendPlugIn.Deployment(
                endpoints: locations.map { RegionEndpoint($0.region, ScriptedBackend(.succeed)) }
            )
        },
        BackendPlugIn(scheme: "other") { _, _, _ in BackendPlugIn.Deployment(endpoints: []) },
    ])

    private func open(_ urls: [String]) async throws -> BackendPlugIn.Deployment {
        let locations = urls.enumerated().map { BackendPlugIn.Location(Region("r\($0)"), $1) }
        return try await self.registry.open(
            locations,
            schema: self.schema,
            in: BackendPlugIn.Context(folder: "/tmp", time: ManualTime())
        )
    }

    @Test func `a scheme opens its regions in order`() async throws {
        let deployment = try await self.open(["mine:a", "mine:b"])
        #expect(deployment.endpoints.map(\.region) == ["r0", "r1"])
    }

    @Test(arguments: [
        ([], "regions"), (["nope:x"], "regions[0].backend"), (["mine:a", "other:b"], "regions[1].backend"),
        (["no colon"], "regions[0].backend"), (["mine:a", "ftp://user:secret@host"], "regions[1].backend"),
    ])
    func `what cannot be opened is named, without its password`(_ urls: [String], _ field: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) { _ = try await self.open(urls) }
        #expect(error?.field == field)
        #expect(error?.message.contains("secret") == false)
    }

    @Test func `an address is what follows the scheme`() {
        #expect(BackendPlugIn.Location("r", "sqlite:data/a:b.sqlite").address == "data/a:b.sqlite")
    }
}
