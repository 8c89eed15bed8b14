public import Foundation
public import RegionKitCore

/// The record of one workset, as one region knows it.
public struct Workset: Hashable, Sendable {
    /// Everything that is stored, attributes unknown to this library included.
    public let item: Item
    /// The key.
    public let id: String
    /// Where it stands.
    public let state: WorksetState
    /// How urgent it is.
    public let priority: WorksetPriority
    /// The bucket of its files.
    public let bucket: String
    /// The prefix of its files.
    public let prefix: String
    /// When it was registered.
    public let createdAt: Date
    /// When it was changed last.
    public let updatedAt: Date

    /// Reads a stored item.
    ///
    /// - Throws: ``WorksetError/Code/unreadable``, naming the attribute, when a required one is missing or of another
    ///   form.
    public init(_ item: Item) throws(WorksetError) {
        func text(_ name: String) throws(WorksetError) -> String {
            guard let text = item[name]?.string else { throw .unreadable(name) }
            return text
        }
        func date(_ name: String) throws(WorksetError) -> Date {
            guard let date = Timestamp.date(item[name]?.string) else { throw .unreadable(name) }
            return date
        }
        self.item = item
        self.id = try text("workset_id")
        self.state = WorksetState(rawValue: try text("state"))
        self.priority = WorksetPriority(rawValue: try text("priority"))
        self.bucket = try text("bucket")
        self.prefix = try text("prefix")
        self.createdAt = try date("created_at")
        self.updatedAt = try date("updated_at")
    }
}

extension Workset {
    /// The states it went through, oldest first.
    public var history: [WorksetTransition] {
        (self.item["state_history"]?.list ?? []).compactMap { entry in
            guard let fields = entry.map, let state = fields["state"]?.string else { return nil }
            return WorksetTransition(
                state: WorksetState(rawValue: state),
                timestamp: Timestamp.date(fields["timestamp"]?.string),
                reason: fields["reason"]?.string ?? ""
            )
        }
    }

    /// What the customer or the application noted.
    public var metadata: [String: AttributeValue] { self.item["metadata"]?.map ?? [:] }
    /// Whose it is.
    public var customerID: String? { self.item["customer_id"]?.string }
    /// What went wrong.
    public var errorDetails: String? { self.item["error_details"]?.string }
    /// Where it runs.
    public var clusterName: String? { self.item["cluster_name"]?.string }
    /// What its run measured.
    public var metrics: [String: AttributeValue] { self.item["metrics"]?.map ?? [:] }
    /// Who holds its lock, expired or not; nil when nobody does.
    public var lockOwner: String? { self.item["lock_owner"]?.string }
    /// When its lock was taken or refreshed.
    public var lockAcquiredAt: Date? { Timestamp.date(self.item["lock_acquired_at"]?.string) }
    /// When its lock can be taken over.
    public var lockExpiresAt: Date? { Timestamp.date(self.item["lock_expires_at"]?.string) }
}
