internal import RegionKitCore

/// A table, the regions that hold it, and how they are used: what a configuration file says.
struct DeploymentConfiguration {
    /// Where a region's rows are.
    struct Place: Hashable {
        var region: Region
        /// The SQLite file.
        var path: String
    }

    var schema: TableSchema
    /// The primary first.
    var places: [Place]
    var policy: any RoutingPolicy
    var store: StoreConfiguration
}
