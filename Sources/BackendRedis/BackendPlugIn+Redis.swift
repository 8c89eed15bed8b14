public import RegionKitCore

extension BackendPlugIn {
    /// Regions in Redis servers, in plain text: `redis://[user:password@]host[:port][/database][?namespace=NAME]`.
    ///
    /// Plain text goes to this machine alone, unless the URL says `insecure=true`. With `mode=replicas`, in the URL of each
    /// region, Redis itself replicates between the servers (``RedisReplicas``); else RegionKit does (``RedisRegions``).
    public static let redis = BackendPlugIn.redis(scheme: "redis")

    /// Regions in Redis servers over TLS: as ``redis``, with `rediss://`, and `authorities=FILE` for the authorities to trust
    /// instead of the system's.
    ///
    /// A relative path starts at the context's folder.
    public static let rediss = BackendPlugIn.redis(scheme: "rediss")

    private static func redis(scheme: String) -> BackendPlugIn {
        BackendPlugIn(scheme: scheme) { locations, schema, context in
            if let replicas = try RedisReplicas(locations, schema: schema, in: context.folder, time: context.time) {
                return Deployment(endpoints: replicas.endpoints)
            }
            var regions: [(configuration: RedisStore.Configuration, address: RedisAddress)] = []
            for (index, location) in locations.enumerated() {
                do throws(ConfigurationError) {
                    let url = try RedisURL(location.url, folder: context.folder)
                    regions.append(try url.region(location.region, schema))
                } catch {
                    throw ConfigurationError(field: "regions[\(index)].backend", error.message)
                }
            }
            let opened = try await RedisRegions.open(regions, time: context.time, onEvent: context.onReplication)
            return Deployment(endpoints: opened.endpoints, services: [opened], replicator: opened.replicator)
        }
    }
}
