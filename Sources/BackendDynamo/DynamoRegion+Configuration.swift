internal import RegionKitCore

extension DynamoRegion {
    /// How a region is reached, and what is written into its items.
    public struct Configuration: Hashable, Sendable {
        /// An endpoint of one's own, such as `http://127.0.0.1:4566` of a local server; nil for the region's.
        ///
        /// `http` is taken for this machine alone.
        public var endpoint: String?
        /// Whether the FIPS endpoint is used. [false]
        public var usesFIPS = false
        /// Whether the dual-stack endpoint (IPv4 and IPv6) is used. [false]
        public var usesDualStack = false
        /// How long it may take to resolve the name and to connect, TLS included. [1 s]
        public var connectTimeout: Duration = .seconds(1)
        /// How many connections are open at once. [64]
        public var connections = 64
        /// A PEM file of the authorities to trust instead of the system's; nil for these.
        public var authorities: String?
        /// The attribute that tells which write made an item; nil for none, in tables that others write too. [`_rk`]
        public var stampAttribute: String? = "_rk"

        /// The defaults.
        public init() {}

        /// The options with which the AWS command line reaches the same.
        var commandLineOptions: [String] {
            (self.endpoint.map { ["--endpoint-url", $0] } ?? []) + (self.authorities.map { ["--ca-bundle", $0] } ?? [])
        }
    }
}
