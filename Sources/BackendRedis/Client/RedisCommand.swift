/// One command; its arguments may hold any bytes.
struct RedisCommand: Hashable, Sendable {
    /// A part of a command.
    enum Argument: Hashable, Sendable {
        case bytes([UInt8])
        /// The run id of the server process that the connection leads to, filled in when the command is sent.
        case runID
    }

    /// The command's name and what follows it.
    var arguments: [Argument]

    /// A command of these arguments.
    init(_ arguments: [Argument]) {
        self.arguments = arguments
    }

    /// A command of these texts.
    init(_ words: String...) {
        self.init(words: words)
    }

    /// A command of these texts.
    init(words: [String]) {
        self.arguments = words.map { .bytes(Array($0.utf8)) }
    }
}

extension RedisCommand: CustomStringConvertible, CustomReflectable {
    /// The name and how much follows; the values may be secrets or personal.
    var description: String {
        guard case .bytes(let name)? = self.arguments.first else { return "an empty command" }
        return "\(String(decoding: name.prefix(32), as: UTF8.self)) with \(self.arguments.count - 1) arguments"
    }

    /// Shows no children.
    var customMirror: Mirror { Mirror(self, children: []) }
}
