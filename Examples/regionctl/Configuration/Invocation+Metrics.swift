internal import BackendDynamo
internal import RegionKitCore

extension Invocation {
    /// What makes the metrics that a configuration asks for; nil for none.
    ///
    /// CloudWatch is that of the environment's region, else of the primary.
    func metrics(
        for configuration: DeploymentConfiguration
    ) throws(ConfigurationError) -> (any RegionObserver & StoreService)? {
        switch configuration.metrics {
        case .none: return nil
        case .cloudWatch:
            let named = self.environment["AWS_REGION"].flatMap { $0.isEmpty ? nil : Region($0) }
            guard let region = named ?? configuration.regions.first?.region else { return nil }
            return try CloudWatchMetrics(
                region: region,
                credentials: StandardCredentials(regions: [region], environment: self.environment),
                endpoint: self.environment["AWS_ENDPOINT_URL_CLOUDWATCH"]
            )
        case .embedded:
            // Standard output is the command's own.
            return try EmbeddedMetrics { self.console.note($0) }
        }
    }
}
