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
        try await SQLiteRegions.open(in: folder, schema: self.schema, regions: self.names) { configuration in
            // Whoever was killed in the middle may have left a long recovery behind.
            configuration.busyTimeout = .seconds(10)
        }
    }
}
