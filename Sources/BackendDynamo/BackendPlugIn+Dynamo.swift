internal import Foundation
public import RegionKitCore

extension BackendPlugIn {
    /// Regions of a DynamoDB global table: `dynamodb:` for the region's own endpoint, or
    /// `dynamodb:?endpoint=http://127.0.0.1:4566` for a local server.
    ///
    /// `authorities=/etc/ssl/own.pem` names a file of the authorities to trust instead of the system's, for a server whose
    /// certificate is one of those; the path is absolute.
    ///
    /// With `heartbeat=30s`, the same for all regions, replication lag is measured so often: see ``HeartbeatMonitor``, also
    /// for what it writes and costs. It is off by default, because it writes into the table. Credentials come from the usual
    /// places: see ``StandardCredentials``.
    public static let dynamo = BackendPlugIn.dynamo()

    /// As ``dynamo``, with credentials from elsewhere, or with regions reached in another way than by default.
    ///
    /// - Parameters:
    ///   - credentials: Where credentials come from; nil for the usual places.
    ///   - heartbeat: How often heartbeats measure replication lag; nil for what the regions' URLs say.
    ///   - configure: Changes how a region is reached; what its URL names is set already.
    public static func dynamo(
        credentials: (any CredentialProvider)? = nil,
        heartbeat: Duration? = nil,
        configure: @escaping @Sendable (inout DynamoRegion.Configuration) -> Void = { _ in }
    ) -> BackendPlugIn {
        BackendPlugIn(scheme: "dynamodb") { locations, schema, context in
            let provider =
                credentials ?? StandardCredentials(regions: locations.map(\.region), time: context.time)
            // One for all regions: a role is assumed, and a process run, once.
            let cache = CredentialCache(provider, time: context.time)
            var (endpoints, intervals): ([RegionEndpoint], [Duration?]) = ([], [])
            do throws(ConfigurationError) {
                for (index, location) in locations.enumerated() {
                    do throws(ConfigurationError) {
                        let options = try Self.options(in: location)
                        var configuration = options.region
                        configure(&configuration)
                        let region = try DynamoRegion(location.region, schema, cache, configuration, context.time)
                        endpoints.append(RegionEndpoint(location.region, region))
                        intervals.append(options.heartbeat)
                        guard options.heartbeat == intervals[0] else {
                            throw ConfigurationError(field: "backend", "heartbeat must be the same for all regions")
                        }
                    } catch {
                        throw ConfigurationError(field: "regions[\(index)].backend", error.message)
                    }
                }
                var services: [any StoreService] = [cache]
                if let interval = heartbeat ?? intervals.first ?? nil {
                    services.append(
                        try HeartbeatMonitor(endpoints, schema: schema, interval: interval, time: context.time)
                    )
                }
                return Deployment(endpoints: endpoints, services: services)
            } catch {
                for endpoint in endpoints { await endpoint.backend.shutdown() }
                throw error
            }
        }
    }

    /// What a URL says after its scheme.
    static func options(
        in location: Location
    ) throws(ConfigurationError) -> (region: DynamoRegion.Configuration, heartbeat: Duration?) {
        var region = DynamoRegion.Configuration()
        guard !location.address.isEmpty else { return (region, nil) }
        let items = URLComponents(string: location.address)?.queryItems ?? []
        let values = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        let interval = values["heartbeat"].map { Duration(text: $0) ?? .zero }
        region.endpoint = values["endpoint"]
        region.authorities = values["authorities"]
        guard location.address.hasPrefix("?"), !items.isEmpty, values.count == items.count, region.endpoint != "",
            Set(values.keys).isSubset(of: ["endpoint", "authorities", "heartbeat"]),
            region.authorities?.hasPrefix("/") ?? true, interval.map(HeartbeatMonitor.intervals.contains) ?? true
        else {
            let message =
                "after dynamodb: nothing may follow but ?endpoint=URL, authorities=FILE (an absolute path) and "
                + "heartbeat=TIME (1s to 1h), as in dynamodb:?endpoint=http://127.0.0.1:4566 or dynamodb:?heartbeat=30s"
            throw ConfigurationError(field: "backend", message)
        }
        // libcurl would say so with the first request, as a fault of the region.
        if let file = region.authorities, !FileManager.default.isReadableFile(atPath: file) {
            throw ConfigurationError(field: "backend", "authorities: \(file) cannot be read")
        }
        return (region, interval)
    }
}

extension CredentialCache: StoreService {
    /// Nil: it has nothing to do with replication.
    func replicationLag(of region: Region) -> Duration? { nil }
}
