internal import RegionKitCore

extension HTTPClient {
    /// What a client may do, and how much of it.
    struct Configuration: Sendable {
        /// How long it may take to resolve the name and to connect, TLS included; by default 1 s.
        var connectTimeout = Duration.seconds(1)
        /// Connections to one server at once; by default 64.
        var connectionsPerHost = 64
        /// Requests under way at once, to all servers; by default 256.
        var inFlight = 256
        /// Requests that may wait for their turn; by default 1024.
        var queue = 1024
        /// The largest answer in bytes; by default 16 MiB.
        var bodyLimit = 16 << 20
        /// The largest block of headers in bytes; by default 64 KiB.
        var headerLimit = 64 << 10
        /// A PEM file of the authorities to trust instead of the system's; by default none.
        var authorities: String?
        /// Whether `https_proxy` and its like in the environment count; by default not.
        ///
        /// A proxy resolves names itself, so it has to refuse link-local addresses itself.
        var usesProxyOfEnvironment = false
        /// Addresses of hosts to begin with when a name does not resolve and no connection has been made; by default none.
        var knownAddresses: [String: [String]] = [:]
        /// When set, the only addresses that the client talks to, link-local ones and plain HTTP allowed.
        var fixedAddresses: Set<IPAddress>?

        /// Creates the configuration of the defaults.
        init() {}

        /// What is wrong with the values, or nil.
        var fault: HTTPError? {
            let limits: [(String, Int, ClosedRange<Int>)] = [
                ("connectTimeout in ms", Int(clamping: self.connectTimeout.wholeNanoseconds / 1_000_000), 1...600_000),
                ("connectionsPerHost", self.connectionsPerHost, 1...4096),
                ("inFlight", self.inFlight, 1...65536),
                ("queue", self.queue, 0...1_000_000),
                ("bodyLimit", self.bodyLimit, 1...1 << 30),
                ("headerLimit", self.headerLimit, 1...1 << 20),
            ]
            guard let (name, value, range) = limits.first(where: { !$0.2.contains($0.1) }) else { return nil }
            return HTTPError(
                .local,
                "HTTPClient.Configuration: \(name) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound)."
            )
        }
    }
}
