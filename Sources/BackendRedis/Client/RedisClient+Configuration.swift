internal import RegionKitCore

extension RedisClient {
    /// Where a server is, and how much is asked of it.
    struct Configuration: Hashable, Sendable {
        /// How a secure connection is checked; its name must be the certificate's, always.
        struct TLS: Hashable, Sendable {
            /// A PEM file of the authorities to trust instead of the system's; nil for these.
            var authorities: String?
        }

        /// The server's name or address; an IPv6 address without brackets.
        var host: String
        /// The server's port; by default 6379.
        var port = 6379
        /// The ACL user; nil for the default user.
        var user: String?
        /// The user's password; nil for none.
        var password: Secret?
        /// The number of the database; by default 0.
        var database = 0
        /// How a secure connection is made; nil for a connection in plain text.
        var tls: TLS?
        /// Whether plain text may leave this machine; by default it may not.
        var allowsInsecureConnections = false
        /// What the server calls the connection in its lists; by default `regionkit`.
        var clientName = "regionkit"
        /// How long it may take to resolve the name, to connect, TLS included, and to be let in; by default 1 s.
        var connectTimeout = Duration.seconds(1)
        /// Commands that are sent and not answered; by default 1024.
        var inFlight = 1024
        /// Commands that may wait to be sent; by default 4096.
        var queue = 4096
        /// How large a reply may be.
        var limits = RedisReplyLimits()

        /// The configuration of the defaults.
        init(host: String = "127.0.0.1", port: Int = 6379) {
            self.host = host
            self.port = port
        }

        /// Host and port, for people and for URLs.
        var place: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }

        /// Throws an error that names the field when a value cannot work.
        func check() throws(ConfigurationError) {
            let ranges: [(String, Int, ClosedRange<Int>)] = [
                ("port", self.port, 1...65535),
                ("database", self.database, 0...1_000_000),
                ("connectTimeout", Int(clamping: self.connectTimeout.wholeNanoseconds / 1_000_000), 1...600_000),
                ("inFlight", self.inFlight, 1...65536),
                ("queue", self.queue, 0...1_000_000),
                ("limits.stringBytes", self.limits.stringBytes, 4096...512 << 20),
                ("limits.elements", self.limits.elements, 1...100_000_000),
                ("limits.replyBytes", self.limits.replyBytes, 4096...4 << 30),
            ]
            for (field, value, range) in ranges where !range.contains(value) {
                let unit = field == "connectTimeout" ? " ms" : ""
                let message =
                    "\(value)\(unit) must lie between \(range.lowerBound)\(unit) and \(range.upperBound)\(unit)"
                throw ConfigurationError(field: field, message)
            }
            let texts: [(String, Bool, String)] = [
                ("host", self.isHost, "\"\(self.host)\" is neither a host name nor an address"),
                ("user", self.user != "", "must not be empty"),
                ("password", self.user == nil || self.password != nil, "a user needs a password"),
                ("clientName", Self.isName(self.clientName), "must be of printable characters, without spaces"),
                ("tls.authorities", self.hasPath, "must be the path of a PEM file"),
                (
                    "allowsInsecureConnections", self.mayBePlain,
                    "\(self.host) is another machine; use TLS, or allow insecure connections"
                ),
            ]
            for (field, isRight, message) in texts where !isRight {
                throw ConfigurationError(field: field, message)
            }
        }

        private var isHost: Bool {
            let isSixth = self.host.contains(":") && !self.host.contains("%") && IPAddress(self.host) != nil
            let isName = self.host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            return (isSixth || isName) && (1...253).contains(self.host.utf8.count)
        }

        private static func isName(_ text: String) -> Bool {
            (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }

        private var hasPath: Bool {
            guard let authorities = self.tls?.authorities else { return true }
            return !authorities.isEmpty && !authorities.utf8.contains(0)
        }

        /// Whether plain text is no question, as far as it can be told before the name is resolved.
        private var mayBePlain: Bool {
            self.tls != nil || self.allowsInsecureConnections || IPAddress(self.host)?.isLoopback ?? true
        }
    }
}
