public import RegionKitCore

/// Which operations a policy is for.
public struct RoutingPredicate: Sendable, CustomStringConvertible {
    private enum Form: Sendable {
        case read
        case write
        case consistent
        case table(String)
        case keyPrefix(String)
        case custom(String, @Sendable (RoutingRequest) -> Bool)
    }

    private let form: Form

    /// Reads.
    public static let read = RoutingPredicate(form: .read)
    /// Writes.
    public static let write = RoutingPredicate(form: .write)
    /// Consistent reads.
    public static let consistent = RoutingPredicate(form: .consistent)

    /// Operations on a table.
    public static func table(_ name: String) -> RoutingPredicate { RoutingPredicate(form: .table(name)) }

    /// Operations on one partition whose key is a string with these first characters.
    public static func keyPrefix(_ prefix: String) -> RoutingPredicate { RoutingPredicate(form: .keyPrefix(prefix)) }

    /// Operations for which a function of your own says yes; it has a name in text, but cannot be read from it.
    ///
    /// - Parameters:
    ///   - name: What the text shows.
    ///   - holds: A pure function; the answer follows from the operation alone, not from `home` or `random`.
    public static func custom(
        _ name: String,
        _ holds: @escaping @Sendable (RoutingRequest) -> Bool
    ) -> RoutingPredicate { RoutingPredicate(form: .custom(name, holds)) }

    /// Whether an operation fits.
    public func holds(for request: RoutingRequest) -> Bool {
        switch self.form {
        case .read: request.kind == .read
        case .write: request.kind == .write
        case .consistent: request.consistency == .consistent
        case .table(let name): request.table == name
        case .keyPrefix(let prefix): request.partition?.string?.utf8.starts(with: prefix.utf8) ?? false
        case .custom(_, let holds): holds(request)
        }
    }

    /// The predicate as text, for example `read` or `key-prefix:user#`.
    public var description: String {
        switch self.form {
        case .read: "read"
        case .write: "write"
        case .consistent: "consistent"
        case .table(let name): "table:\(PolicyArguments.quoted(name))"
        case .keyPrefix(let prefix): "key-prefix:\(PolicyArguments.quoted(prefix))"
        case .custom(let name, _): "custom(\(name))"
        }
    }

    private init(form: Form) {
        self.form = form
    }

    /// Takes a predicate off a policy's arguments.
    init(from arguments: inout PolicyArguments) throws(PolicyTextError) {
        let allowed = "read, write, consistent, table:NAME or key-prefix:TEXT"
        switch try arguments.word("a predicate: \(allowed)") {
        case "read": self = .read
        case "write": self = .write
        case "consistent": self = .consistent
        case "table":
            try arguments.expect(":")
            self = .table(try arguments.word("a table's name"))
        case "key-prefix":
            try arguments.expect(":")
            self = .keyPrefix(try arguments.word("the first characters of a key"))
        default: throw arguments.error("unknown predicate; allowed is \(allowed)")
        }
    }
}
