internal import Foundation
public import RegionKitCore

/// A share of the operations for each region, by chance.
///
/// Each operation draws a number for each region and takes the highest, so that a region that fails gives its own
/// share to the others and moves nothing else: weighted rendezvous hashing by the logarithmic method
/// (<https://doi.org/10.1145/1073970.1074008>).
/// A region without a weight, or with the weight 0, is not wanted.
public struct Weighted: RoutingPolicy {
    private struct Share: Sendable {
        var region: Region
        var weight: Double
        var hash: UInt64
    }

    private let shares: [Share]

    /// Creates the policy.
    ///
    /// - Parameter weights: Finite numbers from 0, at least one above it; they need not add up to anything.
    /// - Throws: ``ConfigurationError`` when they cannot be used, or a region is listed twice.
    public init(_ weights: [(region: Region, weight: Double)]) throws(ConfigurationError) {
        var seen: Set<Region> = []
        for (region, weight) in weights {
            guard weight.isFinite, weight >= 0 else {
                let message = "found \(weight) for \(region); allowed is a finite number from 0"
                throw ConfigurationError(field: "weighted", message)
            }
            guard seen.insert(region).inserted else {
                throw ConfigurationError(field: "weighted", "\(region) is listed twice")
            }
        }
        guard weights.contains(where: { $0.weight > 0 }) else {
            throw ConfigurationError(field: "weighted", "at least one region needs a weight above 0")
        }
        self.shares = weights.map { Share(region: $0, weight: $1, hash: StableHash.hash($0.name)) }
    }

    /// The candidate that draws the highest number.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        var best: (position: Int, score: Double)?
        for position in candidates {
            guard let share = self.share(of: position, in: snapshot), share.weight > 0 else { continue }
            // Strictly between 0 and 1, so that the logarithm is finite and below 0.
            let bits = StableHash.mix(request.random ^ share.hash) >> 12
            let score = -share.weight / log((Double(bits) + 0.5) * 0x1p-52)
            if score > best?.score ?? -1 { best = (position, score) }
        }
        return best?.position
    }

    /// The region's weight, and the sum of the candidates'.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        guard let share = self.share(of: position, in: snapshot), share.weight > 0 else { return "no weight" }
        let sum = candidates.reduce(0) { $0 + (self.share(of: $1, in: snapshot)?.weight ?? 0) }
        return "weight \(Self.text(share.weight)) of \(Self.text(sum))"
    }

    private func share(of position: Int, in snapshot: RegionSnapshot) -> Share? {
        guard let region = snapshot.region(at: position) else { return nil }
        return self.shares.first { $0.region == region }
    }

    private static func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }

    /// The policy as text: `weighted(us-west-2=3, us-east-1=1)`.
    public var description: String {
        let weights = self.shares.map { "\($0.region)=\(Self.text($0.weight))" }
        return "weighted(\(weights.joined(separator: ", ")))"
    }
}

extension RoutingPolicy where Self == Weighted {
    /// A share of the operations for each region, by chance.
    ///
    /// - Throws: ``ConfigurationError`` for weights that are not finite numbers from 0, or none of them above it.
    public static func weighted(_ weights: KeyValuePairs<Region, Double>) throws(ConfigurationError) -> Weighted {
        try Weighted(weights.map { (region: $0.key, weight: $0.value) })
    }
}
