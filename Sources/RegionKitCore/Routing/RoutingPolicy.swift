/// Decides which region an operation should go to: the plug-in point for routing.
///
/// The engine asks once for each region it needs: first with all regions that are fit, then, after a failure, with
/// those that are left. Health, fences and failback are thus the engine's care, and a policy cannot name a fenced
/// region or name one twice. A policy is a pure value: the same request, candidates and snapshot give the same answer
/// (randomness only from ``RoutingRequest/random``); it does no I/O, takes no lock and reads no clock. It is called
/// on the hot path and should take well under a microsecond.
public protocol RoutingPolicy: Sendable, CustomStringConvertible {
    /// The best of the candidates; nil when the policy wants none of them (the engine then takes the first).
    ///
    /// - Parameters:
    ///   - request: What is routed.
    ///   - candidates: The positions to choose from, as in ``RegionSnapshot/regions``. Never empty when the engine
    ///     calls, but an answer must be given for the empty set too: nil. An answer outside counts as nil.
    ///   - snapshot: What is known of the regions.
    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int?

    /// The regions that an operation may use at all, whatever fails: a fence, for example where data may live.
    ///
    /// The engine keeps to it in every attempt, repetition and trial, and fails the operation rather than leave it. The
    /// answer follows from the request (its kind, table, partition, consistency and affinity) and the regions' names
    /// alone, not from health or chance. All regions by default; a policy that wraps another one passes the question on.
    func permitted(for request: RoutingRequest, of regions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet

    /// Why the policy would take `position` of the candidates, or pass it over, in a few words.
    ///
    /// Asked by ``MultiRegionStore/explain(_:options:)`` alone. Nil, the default, when it has no more to say than its
    /// name; a policy that wraps another one passes the question on.
    func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String?
}

extension RoutingPolicy {
    /// All regions.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet { regions }

    /// No more than the policy's name.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? { nil }
}
