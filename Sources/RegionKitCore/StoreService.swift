/// Work that belongs to a store and runs as long as the store does, for example replication.
public protocol StoreService: Sendable {
    /// Works until the task is cancelled; leaves nothing behind then. An error ends the store's `run()`.
    func run() async throws

    /// How far a region is behind its peers; nil when the service does not know.
    func replicationLag(of region: Region) -> Duration?
}
