public import RegionKitCore

extension GlobalTable {
    /// What is changed in AWS, one call each.
    public enum Change: Hashable, Sendable {
        /// The table is created in the primary, with its indexes.
        case createTable(Region)
        /// The stream that replication reads is turned on.
        case enableStream(Region)
        /// A copy of the table is made in a region.
        case addReplica(Region)
        /// The copy of the table in a region is deleted.
        case removeReplica(Region)
        /// Items expire at the time that an attribute holds.
        case enableTimeToLive(attribute: String)
    }

    /// What happens during a change.
    public enum Progress: Sendable {
        /// A change is asked for.
        case changing(Change)
        /// A table or replica is not ready yet; told each time that it was looked at.
        ///
        /// The percentage is DynamoDB's own, of a replica; nil where it gives none.
        case waiting(Region, status: String, percent: Int?)
        /// A call failed in a way that passes, and is made again.
        case retrying(RegionError)
    }
}

extension GlobalTable.Change: CustomStringConvertible {
    /// A few words for people.
    public var description: String {
        switch self {
        case .createTable(let region): "create the table in \(region)"
        case .enableStream(let region): "enable the stream in \(region)"
        case .addReplica(let region): "add the replica in \(region)"
        case .removeReplica(let region): "remove the replica in \(region)"
        case .enableTimeToLive(let attribute): "enable the time to live, attribute \(attribute)"
        }
    }
}

extension GlobalTable.Progress: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .changing(let change): "\(change)"
        case .waiting(let region, let status, let percent):
            "\(region) is \(status)" + (percent.map { ", \($0) %" } ?? "")
        case .retrying(let error): "\(error.region.map { "\($0): " } ?? "")\(error.message); trying again"
        }
    }
}
