public import RegionKitCore

/// Makes CloudWatch metrics of what happens in a store: see ``MetricsConfiguration`` for their names.
///
/// It is given to the store as an observer, which collects, and as a service, which sends once a minute and at the end:
///
/// ```swift
/// let metrics = try CloudWatchMetrics(region: "us-west-2", credentials: StandardCredentials(regions: ["us-west-2"]))
/// let store = try MultiRegionStore(
///     schema: schema, regions: endpoints, observers: [metrics], services: services + [metrics]
/// )
/// ```
///
/// Needed is the permission `cloudwatch:PutMetricData`. Failures harm nothing but the metrics: what could not be sent is
/// sent at the next flush, within ``MetricsConfiguration/maximumWaiting``. CloudWatch cannot tell a repetition, so what
/// was sent without an answer may count twice. A flush costs one request for each 1,000 series; that, and each series as
/// a custom metric, is billed: <https://aws.amazon.com/cloudwatch/pricing/>.
public final class CloudWatchMetrics: RegionObserver, StoreService {
    private let collector: MetricCollector
    private let service: ServiceClient
    private let client: HTTPClient?

    /// Prepares the observer; nothing is contacted.
    ///
    /// - Parameters:
    ///   - region: The AWS region whose CloudWatch gets the metrics, of all the store's regions.
    ///   - credentials: Where credentials come from; they are kept and fetched anew before they end.
    ///   - endpoint: An endpoint of one's own, such as `http://127.0.0.1:4566` of a local server or
    ///     `https://monitoring-fips.us-east-1.amazonaws.com`; nil for the region's. `http` is taken for this machine alone.
    ///   - configuration: Names, times and bounds.
    ///   - time: The clocks.
    /// - Throws: ``ConfigurationError`` naming what cannot work.
    public convenience init(
        region: Region,
        credentials: any CredentialProvider,
        endpoint: String? = nil,
        configuration: MetricsConfiguration = MetricsConfiguration(),
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        let client: HTTPClient
        do throws(HTTPError) {
            client = try HTTPClient()
        } catch {
            throw ConfigurationError(field: "metrics", error.message)
        }
        let cache = CredentialCache(credentials, time: time)
        try self.init(region, cache, endpoint, configuration, time, client, client)
    }

    init(
        _ region: Region,
        _ credentials: CredentialCache,
        _ endpoint: String?,
        _ configuration: MetricsConfiguration,
        _ time: any TimeSource,
        _ transport: any HTTPTransport,
        _ client: HTTPClient? = nil
    ) throws(ConfigurationError) {
        try configuration.validate()
        do {
            self.service = try ServiceClient(
                try Endpoint.cloudWatch(in: region.name, override: endpoint),
                service: "monitoring",
                credentials: credentials,
                transport: transport,
                time: time
            )
        } catch {
            throw ConfigurationError(field: "metrics.endpoint", "\(error)")
        }
        self.collector = MetricCollector(configuration, CloudWatchSink(self.service, configuration), time: time)
        self.client = client
    }

    /// How many observations were lost so far: events that the store dropped because they came too fast, those without
    /// room among the series, and what CloudWatch refused or could not be sent in time.
    public var losses: Int { self.collector.losses }

    /// Collects; never waits.
    public func report(_ event: RegionEvent) {
        self.collector.report(event)
    }

    /// Sends what was collected at each interval until the task is cancelled, and then, for at most 2 s, what is left.
    ///
    /// Connections are closed then; it does not run a second time.
    public func run() async {
        await self.collector.run()
        self.service.credentials.cancelFetch()
        await self.client?.shutdown()
    }

    /// Nil: it has nothing to do with replication.
    public func replicationLag(of region: Region) -> Duration? { nil }
}
