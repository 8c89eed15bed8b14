/// A region and the backend that serves it.
public struct RegionEndpoint: Sendable {
    /// The region.
    public var region: Region
    /// Its backend.
    public var backend: any RegionBackend

    /// Pairs a region with its backend.
    public init(_ region: Region, _ backend: any RegionBackend) {
        self.region = region
        self.backend = backend
    }
}
