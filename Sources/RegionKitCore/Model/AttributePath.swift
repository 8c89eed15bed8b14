/// The place of a value inside an item: an attribute's name, then map keys and list positions.
///
/// A string literal names a top-level attribute, whatever characters it holds: `"a.b"` is one attribute called `a.b`.
/// Deeper places are built: `AttributePath("metadata").key("owner").index(0)`.
public struct AttributePath: Hashable, Sendable, ExpressibleByStringLiteral {
    /// One step below an attribute.
    public enum Step: Hashable, Sendable {
        /// A map's entry.
        case key(String)
        /// A list's element, from zero.
        case index(Int)
    }

    /// The top-level attribute's name.
    public var attribute: String
    /// The steps below it.
    public var steps: [Step]

    /// Names a top-level attribute and, optionally, steps below it.
    public init(_ attribute: String, _ steps: [Step] = []) {
        self.attribute = attribute
        self.steps = steps
    }

    /// Names a top-level attribute.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The map entry `name` below this place.
    public func key(_ name: String) -> AttributePath {
        AttributePath(self.attribute, self.steps + [.key(name)])
    }

    /// The list element `position` below this place.
    public func index(_ position: Int) -> AttributePath {
        AttributePath(self.attribute, self.steps + [.index(position)])
    }
}

extension AttributePath: CustomStringConvertible {
    /// The path as DynamoDB writes it: `a.b[2]`.
    public var description: String {
        self.steps.reduce(into: self.attribute) { text, step in
            switch step {
            case .key(let name): text += ".\(name)"
            case .index(let position): text += "[\(position)]"
            }
        }
    }
}
