import RegionKitCore

/// A policy whose fence follows from the key.
///
/// Keys that begin with `eu` are permitted in regions 1 and 2, those that begin with `us` in region 0, those that begin
/// with `no` in none; all else everywhere or in `general`. It chooses by `pick`, whatever is permitted.
struct FencePolicy: RoutingPolicy {
    var general: RegionSet?
    var pick: @Sendable (RegionSet) -> Int? = { $0.first }

    var description: String { "fence" }

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        self.pick(candidates)
    }

    func permitted(for request: RoutingRequest, of regions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet {
        switch request.partition?.string?.prefix(2) {
        case "eu": regions.intersection([1, 2])
        case "us": regions.intersection([0])
        case "no": []
        default: regions.intersection(self.general ?? regions)
        }
    }
}
