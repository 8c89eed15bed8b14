/// A table, the regions that hold it, and how they are used: from code, from a file, from the environment.
///
/// ```swift
/// let configuration = try DeploymentConfiguration.load("regionkit.json")
/// let deployment = try await BackendRegistry([.sqlite]).open(configuration)
/// let store = try MultiRegionStore(configuration, deployment)
/// ```
///
/// Code goes before the environment, the environment before the file, the file before the defaults: ``load(_:environment:prefix:policies:)``
/// reads the last three, and what is changed afterwards is what code says.
public struct DeploymentConfiguration: Sendable {
    /// Where metrics go.
    ///
    /// This module makes none itself: an application that finds one of these gives the store the observer that it has
    /// for it, such as those of `BackendDynamo`.
    public enum Metrics: String, Hashable, Sendable, CaseIterable {
        /// Nowhere.
        case none
        /// To Amazon CloudWatch: `CloudWatchMetrics`.
        case cloudWatch = "cloudwatch"
        /// Into the program's log, in CloudWatch's embedded metric format: `EmbeddedMetrics`.
        case embedded = "emf"
    }

    /// The table.
    public var schema: TableSchema
    /// Where the regions are, the primary first.
    public var regions: [BackendPlugIn.Location]
    /// The absolute folder at which relative paths start.
    public var folder: String
    /// Chooses the region of an operation.
    public var policy: any RoutingPolicy
    /// Deadlines, health, retries.
    public var store: StoreConfiguration
    /// Where operators keep manual control for everybody; nil for none.
    public var control: ControlFile?
    /// Where metrics go; the application makes the observer that does it.
    public var metrics: Metrics
    /// The file it was read from, as it was named; nil for none.
    var file: String?
    /// Whether an attempt's time was written, so that it is no default that gives way to the deadline.
    var hasAttemptTimeout = false

    /// Describes a deployment; nothing is checked before it is opened.
    ///
    /// - Parameters:
    ///   - schema: The table.
    ///   - regions: Where the regions are, the primary first.
    ///   - folder: The absolute folder at which relative paths start.
    ///   - policy: Chooses the region of an operation. The primary first by default.
    ///   - store: Deadlines, health, retries.
    ///   - control: Where operators keep manual control for everybody.
    ///   - metrics: Where metrics go. Nowhere by default.
    public init(
        schema: TableSchema,
        regions: [BackendPlugIn.Location],
        folder: String,
        policy: any RoutingPolicy = .primaryFirst,
        store: StoreConfiguration = StoreConfiguration(),
        control: ControlFile? = nil,
        metrics: Metrics = .none
    ) {
        self.schema = schema
        self.regions = regions
        self.folder = folder
        self.policy = policy
        self.store = store
        self.control = control
        self.metrics = metrics
    }
}
