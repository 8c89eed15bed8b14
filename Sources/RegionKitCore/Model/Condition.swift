/// What must hold for an item before a write is done, or for a query to return it.
///
/// Build conditions from ``attribute(_:)`` and operators:
/// `attribute("state") == "ready" && !attribute("lock_owner").exists`. DynamoDB's own text is read by
/// ``init(expression:names:values:)``.
/// The meaning is DynamoDB's on every backend: a comparison with a missing attribute or between different types is
/// false (`!=` is true), ordering is defined for `S`, `N` and `B`.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>
public indirect enum Condition: Hashable, Sendable {
    /// One side of a comparison.
    public enum Operand: Hashable, Sendable {
        /// The value at a place of the item.
        case path(AttributePath)
        /// A value given by the caller.
        case value(AttributeValue)
        /// `size(path)`: UTF-16 code units of an `S`, bytes of a `B`, elements of a list, map or set.
        ///
        /// Other types have no size: such a comparison is one with a missing attribute.
        case size(AttributePath)
    }

    /// A comparison operator.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// Equal.
        case equal = "="
        /// Not equal.
        case notEqual = "<>"
        /// Less.
        case less = "<"
        /// Less or equal.
        case lessOrEqual = "<="
        /// Greater.
        case greater = ">"
        /// Greater or equal.
        case greaterOrEqual = ">="
    }

    /// Compares two operands.
    case compare(Operand, Comparison, Operand)
    /// Lower bound ≤ operand ≤ upper bound.
    case between(Operand, Operand, Operand)
    /// The operand equals one of 1 to 100 others.
    case isIn(Operand, [Operand])
    /// `attribute_exists`.
    case exists(AttributePath)
    /// `attribute_type`.
    case hasType(AttributePath, AttributeValue.Kind)
    /// `begins_with`, for `S` and `B`.
    case beginsWith(AttributePath, Operand)
    /// `contains`: a part of an `S` or `B`, an element of a set or list.
    case contains(AttributePath, Operand)
    /// Both hold.
    case and(Condition, Condition)
    /// At least one holds.
    case or(Condition, Condition)
    /// The other does not hold.
    case not(Condition)
}

/// The attribute at a place, as the start of a ``Condition``.
public func attribute(_ path: AttributePath) -> Condition.Attribute {
    Condition.Attribute(path: path)
}

extension Condition {
    /// An attribute in a condition under construction; see ``attribute(_:)``.
    public struct Attribute: Hashable, Sendable {
        /// The attribute's place.
        public var path: AttributePath

        /// Whether the attribute is there.
        public var exists: Condition { .exists(self.path) }

        /// The size of the attribute's value, to be compared.
        public var size: Condition.Size { Condition.Size(path: self.path) }

        /// Whether the attribute has the type.
        public func hasType(_ kind: AttributeValue.Kind) -> Condition { .hasType(self.path, kind) }

        /// Whether the value begins with `prefix` (`S` or `B`).
        public func beginsWith(_ prefix: AttributeValue) -> Condition { .beginsWith(self.path, .value(prefix)) }

        /// Whether the value contains `element`.
        public func contains(_ element: AttributeValue) -> Condition { .contains(self.path, .value(element)) }

        /// Whether the value is one of `values` (1 to 100).
        public func isIn(_ values: [AttributeValue]) -> Condition {
            .isIn(.path(self.path), values.map { .value($0) })
        }

        /// Whether the value lies between two bounds, both included.
        public func between(_ lower: AttributeValue, _ upper: AttributeValue) -> Condition {
            .between(.path(self.path), .value(lower), .value(upper))
        }

        /// The attribute equals the value.
        public static func == (lhs: Attribute, rhs: AttributeValue) -> Condition {
            .compare(.path(lhs.path), .equal, .value(rhs))
        }

        /// The attribute differs from the value, or is missing.
        public static func != (lhs: Attribute, rhs: AttributeValue) -> Condition {
            .compare(.path(lhs.path), .notEqual, .value(rhs))
        }

        /// The attribute is less than the value.
        public static func < (lhs: Attribute, rhs: AttributeValue) -> Condition {
            .compare(.path(lhs.path), .less, .value(rhs))
        }

        /// The attribute is at most the value.
        public static func <= (lhs: Attribute, rhs: AttributeValue) -> Condition {
            .compare(.path(lhs.path), .lessOrEqual, .value(rhs))
        }

        /// The attribute is greater than the value.
        public static func > (lhs: Attribute, rhs: AttributeValue) -> Condition {
            .compare(.path(lhs.path), .greater, .value(rhs))
        }

        /// The attribute is at least the value.
        public static func >= (lhs: Attribute, rhs: AttributeValue) -> Condition {
            .compare(.path(lhs.path), .greaterOrEqual, .value(rhs))
        }
    }

    /// The size of an attribute in a condition under construction.
    public struct Size: Hashable, Sendable {
        /// The attribute's place.
        public var path: AttributePath

        /// The size equals the count.
        public static func == (lhs: Size, rhs: Int) -> Condition { lhs.compared(.equal, rhs) }

        /// The size is less than the count.
        public static func < (lhs: Size, rhs: Int) -> Condition { lhs.compared(.less, rhs) }

        /// The size is at most the count.
        public static func <= (lhs: Size, rhs: Int) -> Condition { lhs.compared(.lessOrEqual, rhs) }

        /// The size is greater than the count.
        public static func > (lhs: Size, rhs: Int) -> Condition { lhs.compared(.greater, rhs) }

        /// The size is at least the count.
        public static func >= (lhs: Size, rhs: Int) -> Condition { lhs.compared(.greaterOrEqual, rhs) }

        private func compared(_ comparison: Comparison, _ count: Int) -> Condition {
            .compare(.size(self.path), comparison, .value(.number(Number(count))))
        }
    }

    /// Both conditions hold.
    public static func && (lhs: Condition, rhs: Condition) -> Condition { .and(lhs, rhs) }

    /// At least one condition holds.
    public static func || (lhs: Condition, rhs: Condition) -> Condition { .or(lhs, rhs) }

    /// The condition does not hold.
    public static prefix func ! (operand: Condition) -> Condition { .not(operand) }
}
