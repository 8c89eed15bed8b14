internal import RegionKitCore

/// Scheme, host and port; nothing else belongs to an endpoint.
struct EndpointURL: Hashable, Sendable {
    var isSecure: Bool
    /// A name in lower case, or an address; an IPv6 address without brackets.
    var host: String
    /// Nil for the scheme's own.
    var port: Int?

    init(isSecure: Bool = true, host: String, port: Int? = nil) {
        (self.isSecure, self.host, self.port) = (isSecure, host, port)
    }

    /// Reads an endpoint that a configuration gives.
    ///
    /// `http` is taken for loopback alone, and an address that requests must never go to is refused, however spelled.
    /// A name is checked again by ``AddressRule`` once it is resolved.
    ///
    /// - Parameter exceptions: addresses that are taken all the same.
    init(_ text: String, exceptions: Set<IPAddress> = []) throws(EndpointError) {
        func invalid(_ reason: String) -> EndpointError { .invalidURL(Self.withoutUser(text), reason: reason) }
        guard let scheme = text.firstRange(of: "://"),
            let isSecure = ["https": true, "http": false][text[..<scheme.lowerBound].lowercased()]
        else { throw invalid("has no scheme https") }
        var authority = text[scheme.upperBound...]
        if authority.hasSuffix("/") { authority.removeLast() }
        guard !authority.contains(where: { "/?#\\".contains($0) }) else { throw invalid("has a path or a query") }
        guard !authority.contains("@") else { throw invalid("has a user name") }
        (self.isSecure, self.port) = (isSecure, nil)
        var port = Substring()
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            self.host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
            guard self.host.contains(":"), IPAddress(self.host) != nil else { throw invalid("has no IPv6 address") }
            port = authority[end...].dropFirst()
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            self.host = authority[..<end].lowercased()
            port = authority[end...]
            guard Self.isName(self.host) else { throw invalid("has no valid host name") }
        }
        if !port.isEmpty {
            guard port.first == ":", port.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(port.dropFirst()), (1...65535).contains(number)
            else { throw invalid("has no valid port") }
            self.port = number
        }
        if let address = IPAddress(self.host) {
            try AddressRule(isPlainText: !isSecure, exceptions: exceptions).check(address, of: self.host)
        } else if !isSecure, self.host != "localhost" {
            throw .plainText(self.host)
        }
    }

    /// What the header `Host` says.
    var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port.map { "\(host):\($0)" } ?? host
    }

    /// Whether a text can be a label of a host name.
    static func isLabel(_ text: some StringProtocol) -> Bool {
        Region(text.lowercased()).isValid && !text.hasSuffix("-")
    }

    private static func isName(_ host: String) -> Bool {
        host.utf8.count <= 253 && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(self.isLabel)
    }

    /// The text without what may be a password.
    private static func withoutUser(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        return "…" + text[at...]
    }
}

extension EndpointURL: CustomStringConvertible {
    var description: String { (self.isSecure ? "https://" : "http://") + self.authority }
}
