public import RegionKitCore

/// One prerequisite of running on a global table: whether it holds, and what to do where it does not.
public struct TableCheck: Hashable, Sendable {
    /// How a check ended.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// It holds.
        case pass
        /// RegionKit works, and somebody should know.
        case warn
        /// RegionKit does not work as it promises, or nobody can tell.
        case fail
    }

    /// What was checked.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        /// The region answers, and the table is there and active.
        case table
        /// The version of global tables.
        case version
        /// The table's key is the schema's, in every region.
        case keys
        /// The schema's indexes are there with all attributes, and every region has the same ones.
        case indexes
        /// Capacity follows the load, that of replicated writes too.
        case capacity
        /// The stream that replication reads.
        case stream
        /// Every configured region has a replica, and no other region has one.
        case replicas
        /// Items expire by the schema's attribute, in every region.
        case timeToLive
        /// The mode of consistency, and whether it has the regions that it needs.
        case consistency
        /// The caller may do what RegionKit does.
        case permissions
        /// The table can be restored to an earlier moment.
        case backups
        /// The table cannot be deleted by mistake.
        case deletionProtection
    }

    /// What was checked.
    public var subject: Subject
    /// How it ended.
    public var outcome: Outcome
    /// The region it is about; nil for all.
    public var region: Region?
    /// What was found.
    public var found: String
    /// What to do, in words; nil where there is nothing to do.
    public var fix: String?
    /// The line for a POSIX shell that does it with the AWS command line, or shows more; nil where there is none.
    public var commandLine: String?
}
