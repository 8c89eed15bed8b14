public import RegionKitCore

/// What a ``WorksetDatabase`` is made of.
public struct WorksetConfiguration: Hashable, Sendable {
    /// The table's name. [daylily-worksets]
    public var table: String
    /// All regions that hold the table. [us-west-2, us-east-1, eu-west-1]
    public var regions: [Region]
    /// The region that is preferred while it is fit; one of ``regions``. [us-west-2]
    public var primary: Region
    /// Whether the other regions are used at all. [true]
    public var multiRegion: Bool
    /// How long a lock holds. [3600 s]
    public var lockDuration: Duration
    /// Deadlines, health and retries; the check interval is 30 s and the failover threshold 3 by default.
    public var store: StoreConfiguration

    /// Describes a database; nothing is checked before ``validate()``.
    public init(
        table: String = "daylily-worksets",
        regions: [Region] = ["us-west-2", "us-east-1", "eu-west-1"],
        primary: Region = "us-west-2",
        multiRegion: Bool = true,
        healthCheckInterval: Duration = .seconds(30),
        failoverThreshold: Int = 3,
        lockDuration: Duration = .seconds(3600),
        store: StoreConfiguration = StoreConfiguration()
    ) {
        self.table = table
        self.regions = regions
        self.primary = primary
        self.multiRegion = multiRegion
        self.lockDuration = lockDuration
        self.store = store
        self.store.health.checkInterval = healthCheckInterval
        self.store.health.failoverThreshold = failoverThreshold
    }

    /// The regions in use, the primary first.
    public var activeRegions: [Region] {
        self.multiRegion ? [self.primary] + self.regions.filter { $0 != self.primary } : [self.primary]
    }

    /// The table's schema, the same that existing tables have.
    public var schema: TableSchema {
        TableSchema(
            name: self.table,
            partitionKey: "workset_id",
            indexes: [
                .init(Self.priorityIndex, partitionKey: "state", sortKey: "priority"),
                .init(Self.ageIndex, partitionKey: "state", sortKey: "created_at"),
            ]
        )
    }

    /// Checks the fields that the store does not check itself.
    public func validate() throws(ConfigurationError) {
        guard self.regions.contains(self.primary) else {
            throw ConfigurationError(
                field: "primary",
                "found \(self.primary); allowed is one of \(Self.list(self.regions))"
            )
        }
        guard self.lockDuration >= .seconds(1), self.lockDuration <= .seconds(30 * 86400) else {
            throw ConfigurationError(
                field: "lockDuration",
                "found \(self.lockDuration); allowed is 1 s to 30 days"
            )
        }
    }

    static let priorityIndex = "state-priority-index"
    static let ageIndex = "created-at-index"

    static func list(_ regions: [Region]) -> String {
        regions.map(\.name).joined(separator: ", ")
    }
}
