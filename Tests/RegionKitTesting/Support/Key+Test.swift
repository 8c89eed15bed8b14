package import RegionKitCore

extension Key {
    /// A key of the tests' table.
    package static func test(_ id: String = "a", _ part: String = "1") -> Key {
        Key(.string(id), sort: .string(part))
    }
}
