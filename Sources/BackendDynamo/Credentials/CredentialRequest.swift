internal import RegionKitCore

/// A request for credentials; its description shows neither headers, nor path, nor body.
struct CredentialRequest: Sendable {
    var method = "GET"
    /// Scheme, host and port.
    var origin: EndpointURL
    /// Path and query, with the leading slash.
    var target: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var timeout = Duration.seconds(5)
    /// How many bytes of a body are taken at most.
    var limit = 64 << 10
    /// Link-local addresses that are meant.
    var allowed: Set<IPAddress> = []

    var url: String { "\(self.origin)\(self.target)" }

    /// What the addresses of the host are checked by.
    var addressRule: AddressRule { AddressRule(isPlainText: !self.origin.isSecure, exceptions: self.allowed) }
}

extension CredentialRequest: CustomStringConvertible, CustomReflectable {
    var description: String { "\(self.method) \(self.origin)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
