internal import RegionKitCore

/// What a bench does, by its options.
struct BenchSettings: Sendable {
    /// How long operations begin.
    let duration: Duration
    /// How many begin in a second; nil: as many as the workers can do.
    let rate: Int?
    /// How many are under way at most.
    let concurrency: Int
    /// The share of reads.
    let reads: Double

    /// The most operations under way: more than that no region takes from one store by default.
    private static let concurrencies = 1...1024

    init(_ arguments: Arguments, deadline: Duration) throws(Failure) {
        self.duration = try Self.duration(arguments)
        self.rate = try arguments.integer(.rate, in: 1...100_000)
        // At a rate, as many as can be under way when each takes as long as it may.
        let needed = self.rate.map { Int(min(Double($0) * deadline.milliseconds / 1000, 1024)) } ?? 0
        self.concurrency = try arguments.integer(.concurrency, in: Self.concurrencies) ?? max(16, needed)
        self.reads = try Self.reads(arguments)
    }

    private static func duration(_ arguments: Arguments) throws(Failure) -> Duration {
        guard let text = arguments.value(.benchTime) else { return .seconds(10) }
        guard let duration = Duration(text: text), duration >= .milliseconds(100), duration <= .seconds(86400) else {
            throw .usage("--for: found \(text.shown); allowed is a number with a unit (ms, s, m or h), 100ms to 24h.")
        }
        return duration
    }

    private static func reads(_ arguments: Arguments) throws(Failure) -> Double {
        guard let text = arguments.value(.reads) else { return 0.9 }
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) else {
            throw .usage("--reads: found \(text.shown); allowed is 0% to 100%.")
        }
        return percent / 100
    }
}
