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
}

extension BackendResponse {
    /// Whether this is a response that belongs to the request, with as many results as it asked for.
    func answers(_ request: BackendRequest) -> Bool {
        switch (request, self) {
        case (.get, .item), (.query, .page), (.scan, .page), (.write, .written): true
        case (.batchGet(let keys, _), .items(let results)): results.count == keys.count
        case (.batchWrite(let writes), .batch(let results)), (.transact(let writes), .batch(let results)):
            results.count == writes.count
        default: false
        }
    }
}
