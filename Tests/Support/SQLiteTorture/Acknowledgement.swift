internal import RegionKitCore

/// A write that its caller was told is done: a line `key version token`, the token `-` for a delete.
struct Acknowledgement {
    var key: String
    var version: Version
    var token: String?

    init(key: String, version: Version, token: String?) {
        self.key = key
        self.version = version
        self.token = token
    }

    init?(_ line: Substring) {
        let parts = line.split(separator: " ")
        guard parts.count == 3, let version = Version(String(parts[1])) else { return nil }
        self.init(key: String(parts[0]), version: version, token: parts[2] == "-" ? nil : String(parts[2]))
    }

    var line: String { "\(self.key) \(self.version) \(self.token ?? "-")\n" }
}
