internal import RegionKitCore

/// A table, the regions that hold it, and how they are used: what a configuration file says.
struct DeploymentConfiguration {
    var schema: TableSchema
    /// Where the regions are, the primary first.
    var locations: [BackendPlugIn.Location]
    /// Where relative paths start.
    var folder: String
    var policy: any RoutingPolicy
    var store: StoreConfiguration
}
