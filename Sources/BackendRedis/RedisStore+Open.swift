public import RegionKitCore

extension RedisStore {
    /// Prepares a region in the server at an address; nothing is contacted yet.
    ///
    /// - Throws: ``ConfigurationError`` naming what cannot work.
    public convenience init(
        _ configuration: Configuration,
        at address: RedisAddress,
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        try self.init(configuration, transport: try RedisClient(RedisClient.Configuration(address), time: time))
    }

    /// Prepares a region that is given as a URL, as ``BackendPlugIn/redis`` does; nothing is contacted yet.
    ///
    /// - Parameter folder: The absolute folder at which a relative path starts.
    /// - Throws: ``ConfigurationError`` of the field `backend`, naming what cannot work.
    public convenience init(
        _ location: BackendPlugIn.Location,
        schema: TableSchema,
        in folder: String,
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        let url = try RedisURL(location.url, folder: folder)
        guard !url.isNative else {
            throw ConfigurationError(field: "backend", "mode=replicas is of all regions together: use RedisReplicas")
        }
        let (configuration, address) = try url.region(location.region, schema)
        try self.init(configuration, at: address, time: time)
    }
}

extension RedisClient.Configuration {
    /// The defaults, for the server at an address.
    init(_ address: RedisAddress) {
        self.init(host: address.host, port: address.port)
        (self.user, self.password, self.database) = (address.user, address.password, address.database)
        self.tls = address.tls.map { TLS(authorities: $0.authorities) }
        self.allowsInsecureConnections = address.allowsInsecureConnections
    }
}
