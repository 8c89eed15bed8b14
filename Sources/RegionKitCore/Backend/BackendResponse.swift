/// A backend's answer; each case belongs to the requests named beside it.
public enum BackendResponse: Hashable, Sendable {
    /// The answer to a `get`.
    case item(GetResult)
    /// The answer to a `batchGet`: one result a key, in the order of the keys.
    case items([GetResult])
    /// The answer to a `query` or a `scan`.
    case page(Page)
    /// The answer to a `write`.
    case written(WriteResult)
    /// The answer to a `batchWrite` or a `transact`: one result a write, in the order of the writes.
    case batch([WriteResult])
    /// The answer to a `resolve`; ``WriteOutcome/stillUnknown`` from a backend that keeps nothing to tell it by.
    case outcome(WriteOutcome)
}
