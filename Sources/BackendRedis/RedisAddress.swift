internal import Foundation
public import RegionKitCore

/// Where a region's Redis server is, and how one is let in.
///
/// As text: `redis://user:password@host:6379/0`, or `rediss://…` for TLS. Neither the text nor a description of the value
/// shows the password.
public struct RedisAddress: Hashable, Sendable {
    /// How a secure connection is checked. [the system's authorities]
    ///
    /// The certificate must be the host's, always.
    public struct TLS: Hashable, Sendable {
        /// A PEM file of the authorities to trust instead of the system's; nil for these.
        public var authorities: String?

        /// Trusts a file's authorities, or the system's.
        public init(authorities: String? = nil) {
            self.authorities = authorities
        }
    }

    /// The server's name or address; an IPv6 address without brackets.
    public var host: String
    /// The server's port. [6379]
    public var port: Int
    /// The ACL user; nil for the default user.
    public var user: String?
    /// The user's password; nil for none.
    public var password: Secret?
    /// The number of the database. [0]
    public var database: Int
    /// How a secure connection is made; nil for one in plain text, which goes to this machine alone.
    public var tls: TLS?
    /// Whether plain text, passwords and items included, may leave this machine. [no]
    public var allowsInsecureConnections: Bool

    /// Names a server; the properties have their defaults.
    public init(host: String, port: Int = 6379) {
        (self.host, self.port, self.database, self.allowsInsecureConnections) = (host, port, 0, false)
    }
}

extension RedisAddress: CustomStringConvertible {
    /// The address as a URL, without user and password.
    public var description: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(self.tls == nil ? "redis" : "rediss")://\(host):\(self.port)/\(self.database)"
    }
}
