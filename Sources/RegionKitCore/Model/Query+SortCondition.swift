extension Query.SortCondition {
    /// Whether a sort key's value lies within the bound; for stores that look at one row after the other.
    public func includes(_ value: AttributeValue) -> Bool {
        switch self {
        case .equal(let bound): value == bound
        case .less(let bound): value.precedes(bound) ?? false
        case .lessOrEqual(let bound): bound.precedes(value) == false
        case .greater(let bound): bound.precedes(value) ?? false
        case .greaterOrEqual(let bound): value.precedes(bound) == false
        case .between(let lower, let upper): value.precedes(lower) == false && upper.precedes(value) == false
        case .beginsWith(let prefix):
            switch (value, prefix) {
            case (.string(let text), .string(let start)): text.utf8.starts(with: start.utf8)
            case (.binary(let bytes), .binary(let start)): bytes.starts(with: start)
            default: false
            }
        }
    }
}
