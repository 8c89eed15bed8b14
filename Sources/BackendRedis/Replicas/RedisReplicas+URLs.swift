public import RegionKitCore

extension RedisReplicas {
    /// Prepares regions that are given as URLs, as ``BackendPlugIn/redis`` does; nothing is contacted yet.
    ///
    /// Nil when the URLs are of regions that RegionKit replicates.
    ///
    /// - Parameter folder: The absolute folder at which a relative path starts.
    /// - Throws: ``ConfigurationError`` naming what cannot work, for example `mode=replicas` in one URL alone.
    public convenience init?(
        _ locations: [BackendPlugIn.Location],
        schema: TableSchema,
        in folder: String,
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        var regions: [(region: Region, address: RedisAddress)] = []
        var first: RedisURL?
        for (index, location) in locations.enumerated() {
            do throws(ConfigurationError) {
                let url = try RedisURL(location.url, folder: folder)
                if let first, first.isNative != url.isNative {
                    let message = "mode=replicas is of all regions of a table or of none"
                    throw ConfigurationError(field: "backend", message)
                }
                if let first, url.isNative, first.namespace != url.namespace {
                    let message = "with mode=replicas all regions have one namespace, since all hold the same rows"
                    throw ConfigurationError(field: "backend", message)
                }
                _ = try url.region(location.region, schema)
                regions.append((location.region, url.address))
                first = first ?? url
            } catch {
                throw ConfigurationError(field: "regions[\(index)].backend", error.message)
            }
        }
        guard let first, first.isNative else { return nil }
        try self.init(schema: schema, regions, namespace: first.namespace, time: time)
    }
}
