internal import RegionKitCore

/// A server: scheme, host and port.
struct HTTPOrigin: Hashable, Sendable {
    /// How a server is spoken to.
    enum Scheme: String, Hashable, Sendable {
        case http
        case https

        var defaultPort: Int { self == .http ? 80 : 443 }
    }

    let scheme: Scheme
    /// A name or an address; an IPv6 address without brackets.
    let host: String
    let port: Int
    /// What the Host header says: the port only where it is not the scheme's own.
    let authority: String
    /// The beginning of every URL of this server.
    let text: String
    /// Whether the name alone tells that this machine is meant.
    let isLoopback: Bool

    /// Checks and composes; the port is the scheme's own by default.
    init(_ scheme: Scheme, host: String, port: Int? = nil) throws(HTTPError) {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let host = isBracketed ? String(host.dropFirst().dropLast()) : host
        let isSixth = host.contains(":") && !host.contains("%") && IPAddress(host) != nil
        let isName = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isSixth || isName && !isBracketed, (1...253).contains(host.utf8.count) else {
            throw HTTPError(.local, "\"\(host)\" is neither a host name nor an address.")
        }
        let port = port ?? scheme.defaultPort
        guard (1...65535).contains(port) else {
            throw HTTPError(.local, "\(port) is no port; ports lie between 1 and 65535.")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        let name = isSixth ? "[\(host)]" : host
        self.authority = port == scheme.defaultPort ? name : "\(name):\(port)"
        self.text = "\(scheme.rawValue)://\(self.authority)"
        let plain = host.lowercased()
        self.isLoopback = IPAddress(host)?.isLoopback ?? (plain == "localhost" || plain.hasSuffix(".localhost"))
    }

    static func == (lhs: HTTPOrigin, rhs: HTTPOrigin) -> Bool { lhs.text == rhs.text }

    func hash(into hasher: inout Hasher) { hasher.combine(self.text) }
}
