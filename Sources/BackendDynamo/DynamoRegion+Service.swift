internal import RegionKitCore

extension DynamoRegion.Configuration {
    /// A client of a region's own.
    func client(for region: Region) throws(ConfigurationError) -> HTTPClient {
        var options = HTTPClient.Configuration()
        options.connectTimeout = self.connectTimeout
        options.connectionsPerHost = self.connections
        options.authorities = self.authorities
        do throws(HTTPError) {
            return try HTTPClient(options)
        } catch {
            throw ConfigurationError(field: "regions.\(region)", error.message)
        }
    }

    /// DynamoDB in a region, at the endpoint that these settings lead to.
    func service(
        for region: Region,
        _ credentials: CredentialCache,
        _ transport: any HTTPTransport,
        _ time: any TimeSource
    ) throws(ConfigurationError) -> ServiceClient {
        let query = EndpointQuery(
            region: region.name,
            usesFIPS: self.usesFIPS,
            usesDualStack: self.usesDualStack,
            override: self.endpoint
        )
        do {
            return try ServiceClient(
                try query.resolve(),
                service: "dynamodb",
                credentials: credentials,
                transport: transport,
                time: time
            )
        } catch {
            throw ConfigurationError(field: "regions.\(region).endpoint", "\(error)")
        }
    }
}
