public import RegionKitCore

/// What one region says of its table.
///
/// Statuses are DynamoDB's own words, such as `ACTIVE`. Reference:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html>
public struct TableDescription: Sendable {
    /// A copy of the table in another region.
    public struct Replica: Hashable, Sendable {
        /// Where it is.
        public var region: Region
        /// `CREATING`, `UPDATING`, `DELETING`, `ACTIVE`, or a state that it does not leave by itself.
        public var status: String
        /// What DynamoDB says of the state, if anything.
        public var statusDescription: String?
        /// How far its creation is; nil where DynamoDB does not say.
        public var percentProgress: Int?
    }

    /// A global secondary index.
    public struct Index: Hashable, Sendable {
        /// Its name and keys.
        public var keys: TableSchema.Index
        /// `CREATING`, `UPDATING`, `DELETING` or `ACTIVE`.
        public var status: String
        /// What it holds: `ALL`, `KEYS_ONLY` or `INCLUDE`.
        public var projection: String
    }

    /// Which replicas a consistent read speaks for.
    public enum ConsistencyMode: String, Hashable, Sendable {
        /// Multi-Region eventual consistency: those writes that its own region has got.
        case eventual = "MREC"
        /// Multi-Region strong consistency: the writes of all regions.
        case strong = "MRSC"
    }

    /// How capacity is paid for.
    public enum BillingMode: String, Hashable, Sendable {
        /// By request.
        case onDemand = "PAY_PER_REQUEST"
        /// By the hour; writes that are replicated need as much as the others.
        case provisioned = "PROVISIONED"
    }

    /// When items expire.
    public struct TimeToLive: Hashable, Sendable {
        /// `ENABLING`, `ENABLED`, `DISABLING` or `DISABLED`.
        public var status: String
        /// The attribute that holds the time; nil where none is set.
        public var attribute: String?

        /// Whether items expire, or soon will.
        public var isOn: Bool { self.status == "ENABLED" || self.status == "ENABLING" }
    }

    /// `CREATING`, `UPDATING`, `DELETING`, `ACTIVE`, or a state that it does not leave by itself.
    public var status: String
    /// The partition key, then the sort key if there is one.
    public var keys: [TableSchema.KeyAttribute]
    /// The global secondary indexes.
    public var indexes: [Index]
    /// How capacity is paid for.
    public var billingMode: BillingMode
    /// What the stream holds; nil where there is none.
    public var streamViewType: String?
    /// The version of global tables, `2019.11.21`; nil for a table without replicas.
    public var version: String?
    /// Which replicas a consistent read speaks for.
    public var consistencyMode: ConsistencyMode
    /// The copies in other regions.
    public var replicas: [Replica]
    /// The regions that only keep a log, in a global table of the strong mode.
    public var witnesses: [Region]
    /// Whether the table must be unlocked before it can be deleted.
    public var isDeletionProtected: Bool
    /// When items expire, or why that is not known.
    public var timeToLive: Result<TimeToLive, RegionError>
}
