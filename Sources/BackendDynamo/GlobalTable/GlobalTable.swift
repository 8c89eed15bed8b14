internal import Foundation
public import RegionKitCore

/// A DynamoDB global table as its operators see it: sets it up, changes its replicas and checks what RegionKit needs.
///
/// The regions are those of a configuration, the primary first: the primary is where the table is created and where
/// replicas are asked for. What exists is never altered beyond that, and only ``removeReplica(_:progress:)`` deletes
/// anything. Any number of calls may run at once, in other processes too: each looks at what is there before it changes
/// anything.
public final class GlobalTable: Sendable {
    /// The table.
    public let schema: TableSchema
    /// The regions, the primary first.
    public var regions: [Region] { self.planes.map(\.region) }

    let planes: [ControlPlane]
    let time: any TimeSource
    /// How long a change may take from its beginning to its end.
    let timeLimit: Duration
    private let clients: [HTTPClient]
    private let credentials: CredentialCache?

    /// Prepares the calls; nothing is contacted.
    ///
    /// - Parameters:
    ///   - schema: The table.
    ///   - regions: AWS regions, the primary first.
    ///   - credentials: Where credentials come from; nil for the usual places.
    ///   - timeLimit: How long one call of ``setUp(progress:)``, ``addReplica(_:progress:)`` or
    ///     ``removeReplica(_:progress:)`` may take. A replica of a large table takes hours.
    ///   - time: The clocks.
    ///   - configuration: How a region is reached.
    /// - Throws: ``ConfigurationError`` naming what cannot work.
    public convenience init(
        _ schema: TableSchema,
        regions: [Region],
        credentials: (any CredentialProvider)? = nil,
        timeLimit: Duration = .seconds(3600),
        time: any TimeSource = SystemTime(),
        configuration: (Region) throws(ConfigurationError) -> DynamoRegion.Configuration = { _ in .init() }
    ) throws(ConfigurationError) {
        guard !regions.isEmpty, Set(regions).count == regions.count else {
            throw ConfigurationError(field: "regions", "at least one region, and none of them twice")
        }
        do throws(ValidationError) { try schema.validate() } catch {
            throw ConfigurationError(field: "table", error.message)
        }
        let cache = CredentialCache(credentials ?? StandardCredentials(regions: regions, time: time), time: time)
        var (planes, clients) = ([ControlPlane](), [HTTPClient]())
        for region in regions {
            let configuration = try configuration(region)
            let client = try configuration.client(for: region)
            let service = try configuration.service(for: region, cache, client, time)
            clients.append(client)
            planes.append(ControlPlane(region, options: configuration.commandLineOptions, service, time: time))
        }
        self.init(schema, planes, timeLimit: timeLimit, time: time, clients, cache)
    }

    /// As the other initialiser, for regions that are given by URLs: `dynamodb:`, or
    /// `dynamodb:?endpoint=http://127.0.0.1:4566`.
    public convenience init(
        _ schema: TableSchema,
        at locations: [BackendPlugIn.Location],
        credentials: (any CredentialProvider)? = nil,
        timeLimit: Duration = .seconds(3600),
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        try self.init(
            schema,
            regions: locations.map(\.region),
            credentials: credentials,
            timeLimit: timeLimit,
            time: time
        ) { region throws(ConfigurationError) in
            var configuration = DynamoRegion.Configuration()
            for (index, location) in locations.enumerated() where location.region == region {
                do throws(ConfigurationError) {
                    configuration = try BackendPlugIn.options(in: location).region
                } catch {
                    throw ConfigurationError(field: "regions[\(index)].backend", error.message)
                }
            }
            return configuration
        }
    }

    init(
        _ schema: TableSchema,
        _ planes: [ControlPlane],
        timeLimit: Duration = .seconds(3600),
        time: any TimeSource,
        _ clients: [HTTPClient] = [],
        _ credentials: CredentialCache? = nil
    ) {
        self.schema = schema
        self.planes = planes
        self.timeLimit = timeLimit
        self.time = time
        self.clients = clients
        self.credentials = credentials
    }

    /// What each region says of the table, in the order of ``regions``; they are asked at the same time.
    ///
    /// A region that does not answer takes up to 20 s.
    public func describe() async -> [(region: Region, state: TableState)] {
        let states = await self.states()
        return self.regions.map { ($0, states[$0] ?? .missing) }
    }

    /// Ends calls under way and closes all connections.
    public func shutdown() async {
        self.credentials?.cancelFetch()
        for client in self.clients { await client.shutdown() }
    }

    var primary: ControlPlane { self.planes[0] }

    func states() async -> [Region: TableState] {
        await self.inEachRegion { plane in await plane.state(of: self.schema.name) }
    }

    /// Does the same in all regions at once.
    func inEachRegion<Value: Sendable>(
        _ body: @escaping @Sendable (ControlPlane) async -> Value
    ) async -> [Region: Value] {
        await withTaskGroup(of: (Region, Value).self) { group in
            for plane in self.planes { group.addTask { (plane.region, await body(plane)) } }
            var values: [Region: Value] = [:]
            for await (region, value) in group { values[region] = value }
            return values
        }
    }
}
