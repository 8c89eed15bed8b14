/// The settings of a section; none of them is printed, because some are secrets.
struct SharedSection: Hashable {
    private var values: [String: String] = [:]

    /// A setting; nil when it is missing or empty.
    subscript(name: String) -> String? {
        get { self.values[name].flatMap { $0.isEmpty ? nil : $0 } }
        set { self.values[name] = newValue }
    }

    /// Takes over another section's settings, before its own.
    mutating func merge(_ other: SharedSection) {
        self.values.merge(other.values) { _, new in new }
    }
}

extension SharedSection: CustomStringConvertible, CustomReflectable {
    var description: String { "settings \(self.values.keys.sorted())" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
