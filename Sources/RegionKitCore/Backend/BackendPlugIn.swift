/// How regions that are given as text are opened: a URL scheme and what to do with it.
///
/// ```swift
/// let registry = BackendRegistry([.sqlite, BackendPlugIn(scheme: "file") { regions, schema, context in … }])
/// ```
public struct BackendPlugIn: Sendable {
    /// A region and where it is, for example `sqlite:data/us-west-2.sqlite`.
    public struct Location: Hashable, Sendable {
        /// The region.
        public var region: Region
        /// The URL, scheme included.
        public var url: String

        /// Names a region and where it is.
        public init(_ region: Region, _ url: String) {
            self.region = region
            self.url = url
        }

        /// What follows the scheme and its colon.
        public var address: String {
            String(self.url.dropFirst(self.scheme.utf8.count + 1))
        }

        /// What stands before the first colon; empty when there is none.
        public var scheme: String {
            self.url.firstIndex(of: ":").map { String(self.url[..<$0]) } ?? ""
        }
    }

    /// What an opener is given beside the regions and the table.
    public struct Context: Sendable {
        /// The absolute folder that relative paths start at.
        public var folder: String
        /// The clocks.
        public var time: any TimeSource
        /// Told what happens to replication, where RegionKit does that; must return soon.
        public var onReplication: @Sendable (ReplicatorEvent) -> Void

        /// Creates a context.
        public init(
            folder: String,
            time: any TimeSource = SystemTime(),
            onReplication: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
        ) {
            self.folder = folder
            self.time = time
            self.onReplication = onReplication
        }
    }

    /// Regions that are open: what a ``MultiRegionStore`` is made from.
    public struct Deployment: Sendable {
        /// The regions in order.
        public var endpoints: [RegionEndpoint]
        /// What must run along with the store, for example replication.
        public var services: [any StoreService]
        /// What carries changes between the regions, where RegionKit does that; one of the services runs it.
        public var replicator: Replicator?

        /// Puts regions and services together.
        public init(
            endpoints: [RegionEndpoint],
            services: [any StoreService] = [],
            replicator: Replicator? = nil
        ) {
            self.endpoints = endpoints
            self.services = services
            self.replicator = replicator
        }
    }

    /// The URL scheme, lower case, without the colon.
    public var scheme: String
    /// Opens all regions of one table; they are all of this scheme.
    public var open: @Sendable ([Location], TableSchema, Context) async throws -> Deployment

    /// Creates a plug-in.
    public init(
        scheme: String,
        open: @escaping @Sendable ([Location], TableSchema, Context) async throws -> Deployment
    ) {
        self.scheme = scheme
        self.open = open
    }
}
