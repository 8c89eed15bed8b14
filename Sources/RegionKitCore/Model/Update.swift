/// Changes to one item, done together: set, remove, add, delete from a set.
///
/// `Update().set("state", "ready").add("hits", 1).remove("note")`. All right-hand sides see the item as it was before
/// the update; a place may be changed once. On a missing item the update starts from an item that has only its key,
/// unless it only removes and deletes: then there is none afterwards either.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html>
public struct Update: Hashable, Sendable {
    /// The right-hand side of a `set`.
    public indirect enum Expression: Hashable, Sendable {
        /// A value given by the caller.
        case value(AttributeValue)
        /// The value at another place of the item.
        case path(AttributePath)
        /// The value at a place, or the other expression where the place is empty (`if_not_exists`).
        case ifNotExists(AttributePath, Expression)
        /// The sum of two numbers; only as a whole right-hand side.
        case plus(Expression, Expression)
        /// The difference of two numbers; only as a whole right-hand side.
        case minus(Expression, Expression)
        /// Two lists joined (`list_append`); only as a whole right-hand side.
        case listAppend(Expression, Expression)
    }

    /// One change.
    public enum Action: Hashable, Sendable {
        /// Stores a value at a place; a missing parent is an error.
        case set(AttributePath, Expression)
        /// Removes a place; nothing happens when it is empty, but a missing parent is an error.
        case remove(AttributePath)
        /// Adds to a number (a missing one counts as zero) or joins elements to a set.
        case add(AttributePath, AttributeValue)
        /// Takes elements out of a set; a set that becomes empty is removed.
        case delete(AttributePath, AttributeValue)
    }

    /// The changes, in the order they were given.
    public var actions: [Action]

    /// Creates an update from its changes.
    public init(_ actions: [Action] = []) {
        self.actions = actions
    }

    /// This update and one more change: store `value` at `path`.
    public func set(_ path: AttributePath, _ value: AttributeValue) -> Update {
        self.appending(.set(path, .value(value)))
    }

    /// This update and one more change: store what `expression` gives at `path`.
    public func set(_ path: AttributePath, to expression: Expression) -> Update {
        self.appending(.set(path, expression))
    }

    /// This update and one more change: remove what stands at `path`.
    public func remove(_ path: AttributePath) -> Update {
        self.appending(.remove(path))
    }

    /// This update and one more change: add a number, or join elements to a set.
    public func add(_ path: AttributePath, _ value: AttributeValue) -> Update {
        self.appending(.add(path, value))
    }

    /// This update and one more change: take elements out of a set.
    public func delete(_ path: AttributePath, _ elements: AttributeValue) -> Update {
        self.appending(.delete(path, elements))
    }

    private func appending(_ action: Action) -> Update {
        Update(self.actions + [action])
    }
}
