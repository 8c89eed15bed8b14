/// One value for reads and one for writes.
struct PerKind<Value> {
    var read: Value
    var write: Value

    init(both value: Value) {
        self.read = value
        self.write = value
    }

    subscript(kind: OperationKind) -> Value {
        // Not `get`, which would copy whole health machines on the way of every operation.
        _read {
            switch kind {
            case .read: yield self.read
            case .write: yield self.write
            }
        }
        _modify {
            switch kind {
            case .read: yield &self.read
            case .write: yield &self.write
            }
        }
    }
}

extension PerKind: Sendable where Value: Sendable {}
