internal import Foundation
public import RegionKitCore

extension BackendPlugIn {
    /// Regions of a DynamoDB global table: `dynamodb:` for the region's own endpoint, or
    /// `dynamodb:?endpoint=http://127.0.0.1:4566` for a local server.
    ///
    /// Credentials come from the usual places: see ``StandardCredentials``.
    public static let dynamo = BackendPlugIn.dynamo()

    /// As ``dynamo``, with credentials from elsewhere, or with regions reached in another way than by default.
    ///
    /// - Parameters:
    ///   - credentials: Where credentials come from; nil for the usual places.
    ///   - configure: Changes how a region is reached; the endpoint that its URL names is set already.
    public static func dynamo(
        credentials: (any CredentialProvider)? = nil,
        configure: @escaping @Sendable (inout DynamoRegion.Configuration) -> Void = { _ in }
    ) -> BackendPlugIn {
        BackendPlugIn(scheme: "dynamodb") { locations, schema, context in
            let provider =
                credentials ?? StandardCredentials(regions: locations.map(\.region), time: context.time)
            // One for all regions: a role is assumed, and a process run, once.
            let cache = CredentialCache(provider, time: context.time)
            var endpoints: [RegionEndpoint] = []
            for (index, location) in locations.enumerated() {
                var configuration = DynamoRegion.Configuration()
                do throws(ConfigurationError) {
                    configuration.endpoint = try Self.endpoint(in: location)
                    configure(&configuration)
                    let region = try DynamoRegion(location.region, schema, cache, configuration, context.time)
                    endpoints.append(RegionEndpoint(location.region, region))
                } catch {
                    for endpoint in endpoints { await endpoint.backend.shutdown() }
                    throw ConfigurationError(field: "regions[\(index)].backend", error.message)
                }
            }
            return Deployment(endpoints: endpoints, services: [cache])
        }
    }

    /// The endpoint that a URL names, if it does.
    static func endpoint(in location: Location) throws(ConfigurationError) -> String? {
        guard !location.address.isEmpty else { return nil }
        let items = URLComponents(string: location.address)?.queryItems ?? []
        guard location.address.hasPrefix("?"), items.count == 1, items[0].name == "endpoint",
            let endpoint = items[0].value, !endpoint.isEmpty
        else {
            let message =
                "after dynamodb: nothing may follow but ?endpoint=URL, as in dynamodb:?endpoint=http://127.0.0.1:4566"
            throw ConfigurationError(field: "backend", message)
        }
        return endpoint
    }
}

extension CredentialCache: StoreService {
    /// Nil: it has nothing to do with replication.
    func replicationLag(of region: Region) -> Duration? { nil }
}
