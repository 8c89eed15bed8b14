extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Method and place; headers, query and body may hold secrets.
    var description: String {
        let path = self.path.prefix { $0 != "?" }
        return "\(self.method.rawValue) \(self.origin.text)\(path), \(self.body.count) bytes"
    }

    /// Shows no children.
    var customMirror: Mirror { Mirror(self, children: []) }
}
