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
}
