internal import RegionKitCore

/// The regions of a demo, and how their primary fails and comes back.
protocol DemoRegions: Sendable {
    /// What they are, for people.
    var title: String { get }
    /// What the failure is, for people.
    var failure: String { get }
    /// The primary first.
    var endpoints: [RegionEndpoint] { get }
    /// What runs beside the store.
    var services: [any StoreService] { get }

    /// Makes the primary fail.
    ///
    /// - Returns: When it last answered.
    func fail() async throws -> MonotonicInstant
    /// Ends the failure.
    ///
    /// - Returns: When the primary answered again.
    func recover() async throws -> MonotonicInstant
    /// Waits until all regions have everything; false when that takes longer.
    func settle(within limit: Duration) async throws -> Bool
    /// What a new reader finds in each region, after the store is closed.
    func rows() async throws -> [Region: [String: ReplicaRow]]
    /// What is wrong with the data itself.
    func problems() -> [String]
    /// Frees what the store did not.
    func close() async
}
