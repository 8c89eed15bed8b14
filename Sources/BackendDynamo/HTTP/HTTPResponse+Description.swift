extension HTTPResponse: CustomStringConvertible, CustomReflectable {
    /// Status and size; headers and body may hold secrets.
    var description: String { "status \(self.status), \(self.body.count) bytes" }

    /// Shows no children.
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPHeaders: CustomStringConvertible, CustomReflectable {
    /// The names alone.
    var description: String { self.all.map(\.name).joined(separator: ", ") }

    /// Shows no children.
    var customMirror: Mirror { Mirror(self, children: []) }
}
