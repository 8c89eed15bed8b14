internal import Foundation

/// Two ways to do the same work, measured in alternating pairs.
struct Comparison {
    var name: String
    var ours: [Double] = []
    var theirs: [Double] = []

    mutating func add(ours: Double, theirs: Double) {
        self.ours.append(ours)
        self.theirs.append(theirs)
    }

    func report(_ details: [String: Any] = [:]) throws {
        let ratios = zip(self.theirs, self.ours).map { $0 / $1 }.sorted()
        var line: [String: Any] = [
            "benchmark": self.name, "pairs": ratios.count, "ns": self.median(self.ours),
            "c_ns": self.median(self.theirs), "ratio": self.rounded(ratios[ratios.count / 2]),
            "ratio_min": self.rounded(ratios[0]), "ratio_max": self.rounded(ratios[ratios.count - 1]),
        ]
        line.merge(details) { _, detail in detail }
        let data = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys, .withoutEscapingSlashes])
        print(String(decoding: data, as: UTF8.self))
    }

    private func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2].rounded()
    }

    private func rounded(_ value: Double) -> Double {
        (value * 100).rounded() / 100
    }
}

func nanoseconds(_ count: Int, _ work: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await work()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)
}
