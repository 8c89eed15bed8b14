import RegionKitCore
import Testing

@testable import BackendDynamo

/// A store over the regions of a stub's table: real regions, real sockets.
struct StubDeployment {
    static let schema = TableSchema(name: "stub", partitionKey: "id")
    static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]

    let table = StubTable(Self.schema)
    let services: [StubService]
    let store: MultiRegionStore

    /// Makes a service and a region for each of the first names.
    ///
    /// - Parameter makeRegion: What stands for a region; the one that reaches its service by address when nil.
    fileprivate init(
        _ count: Int,
        _ change: (inout StoreConfiguration) -> Void,
        observers: [any RegionObserver],
        makeRegion: (Region, StubService) throws -> DynamoRegion
    ) throws {
        let table = self.table
        self.services = try (0..<count).map { _ in try StubService(table) }
        var configuration = StoreConfiguration()
        // The tests are to show outcomes, not how long a budget lasts, nor how fast a busy machine is.
        configuration.deadline = .seconds(60)
        (configuration.retry.baseBackoff, configuration.retry.maximumBackoff) = (.milliseconds(1), .milliseconds(1))
        change(&configuration)
        self.store = try MultiRegionStore(
            schema: Self.schema,
            regions: try zip(Self.names, self.services).map { RegionEndpoint($0, try makeRegion($0, $1)) },
            configuration: configuration,
            observers: observers
        )
    }

    /// A region that reaches its service by address.
    static func region(
        _ region: Region,
        _ service: StubService,
        credentials: ExplicitCredentials = Self.credentials,
        _ change: (inout DynamoRegion.Configuration) -> Void = { _ in }
    ) throws -> DynamoRegion {
        var configuration = self.configuration(service)
        change(&configuration)
        return try DynamoRegion(
            region,
            schema: self.schema,
            credentials: credentials,
            configuration: configuration
        )
    }

    /// A region that sends in a way of its own.
    static func region(
        _ region: Region,
        _ service: StubService,
        over transport: any HTTPTransport,
        _ client: HTTPClient
    ) throws -> DynamoRegion {
        let time = SystemTime()
        let cache = CredentialCache(self.credentials, time: time)
        return try DynamoRegion(region, self.schema, cache, self.configuration(service), time, transport, client)
    }

    private static func configuration(_ service: StubService) -> DynamoRegion.Configuration {
        var configuration = DynamoRegion.Configuration()
        configuration.endpoint = "http://127.0.0.1:\(service.port)"
        return configuration
    }

    static let credentials = ExplicitCredentials(
        given: Credentials(accessKeyID: "AKIDSTUB", secretAccessKey: Secret("canary-secret-7d02"))
    )

    /// Requests that each region got so far.
    var arrivals: [Int] { self.services.map(\.arrivals) }

    fileprivate func close() async {
        await self.store.shutdown(drain: .seconds(1))
        for service in self.services { service.close() }
        #expect(self.services.flatMap(\.unreadable) == [])
    }
}

/// Runs a body against a store over stubs, and ends all of it.
func withStubs(
    _ count: Int = 3,
    _ change: (inout StoreConfiguration) -> Void = { _ in },
    observers: [any RegionObserver] = [],
    makeRegion: (Region, StubService) throws -> DynamoRegion = { try StubDeployment.region($0, $1) },
    _ body: (StubDeployment) async throws -> Void
) async throws {
    let deployment = try StubDeployment(count, change, observers: observers, makeRegion: makeRegion)
    do {
        try await body(deployment)
    } catch {
        await deployment.close()
        throw error
    }
    await deployment.close()
}
