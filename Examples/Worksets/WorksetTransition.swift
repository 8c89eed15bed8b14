public import Foundation

/// One line of a workset's history.
public struct WorksetTransition: Hashable, Sendable {
    /// The state that was entered.
    public var state: WorksetState
    /// When, by the clock of the client that did it; nil when the record cannot be read as a time.
    public var timestamp: Date?
    /// Why, in the words of who did it.
    public var reason: String

    /// Describes a transition.
    public init(state: WorksetState, timestamp: Date?, reason: String) {
        self.state = state
        self.timestamp = timestamp
        self.reason = reason
    }
}
