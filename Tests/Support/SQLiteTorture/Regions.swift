internal import BackendSQLite
internal import RegionKitCore

/// The regions that are tortured.
enum Regions {
    static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    static let schema = TableSchema(
        name: "torture",
        partitionKey: "id",
        indexes: [.init("by-group", partitionKey: "group")]
    )

    static func open(_ folder: String) async throws -> SQLiteRegions {
        var replication = Replicator.Configuration()
        // A replicator lives for some tenths of a second here; it is to be killed at work, not while it waits.
        replication.leaseDuration = .milliseconds(100)
        return try await SQLiteRegions.open(
            in: folder,
            schema: self.schema,
            regions: self.names,
            replication: replication
        ) { configuration in
            // Whoever was killed in the middle may have left a long recovery behind.
            configuration.busyTimeout = .seconds(10)
        }
    }
}
