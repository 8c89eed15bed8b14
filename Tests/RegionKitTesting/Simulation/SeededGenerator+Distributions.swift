internal import Foundation

extension SeededGenerator {
    /// Draws a time from a log-normal distribution: half of them are shorter than the median, one in a hundred is
    /// longer than twice the median.
    mutating func latency(median: Duration) -> Duration {
        // Box and Muller's transformation of two uniform numbers into a normal one.
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
        let normal = radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
        return median * exp(0.3 * normal)
    }

    /// Draws the time until the next of events that come at random, so many a second.
    mutating func gap(rate: Double) -> Duration {
        .seconds(-log(1 - Double.random(in: 0..<1, using: &self)) / rate)
    }

    /// Whether something happens that happens so often, 0 to 1.
    mutating func happens(_ share: Double) -> Bool {
        share > 0 && Double.random(in: 0..<1, using: &self) < share
    }

    /// A generator of its own for one part of a simulation, so that each draws the same whatever the others do.
    static func part(_ name: String, of seed: UInt64) -> SeededGenerator {
        // FNV-1a of the name.
        var mixed = SeededGenerator(
            seed: seed ^ name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        )
        return SeededGenerator(seed: mixed.next())
    }
}
