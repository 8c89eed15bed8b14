public import Foundation

/// A lock that ``WorksetDatabase/acquireLock(_:owner:force:region:)`` gave.
///
/// It holds until it is released, forced away or ``expiresAt``; whoever works longer calls
/// ``WorksetDatabase/refreshLock(_:region:)`` in time.
public struct WorksetLock: Hashable, Sendable {
    /// The locked workset.
    public var worksetID: String
    /// Who holds it: a name that belongs to one process alone.
    public var owner: String
    /// What to hand to the resource that the lock guards.
    public var token: FencingToken
    /// When the lock can be taken over, by the clock of the client that asked for it.
    public var expiresAt: Date

    /// Describes a lock, for example one that was handed over from another process.
    public init(worksetID: String, owner: String, token: FencingToken, expiresAt: Date) {
        self.worksetID = worksetID
        self.owner = owner
        self.token = token
        self.expiresAt = expiresAt
    }
}
