internal import RegionKitCore

/// What a bench has counted.
///
/// A pure value of bounded size, however long the bench.
struct BenchTally: Sendable {
    /// One stretch of the time line.
    struct Bucket: Hashable, Sendable {
        var counts: [OperationKind: [Region: Int]] = [:]
        var errors = 0
        /// Of the operations that succeeded.
        var p99: Duration?
    }

    private static let bucketLimit = 600

    /// How long a bucket is.
    let width: Duration
    private(set) var latencies: [OperationKind: Histogram] = [.read: Histogram(), .write: Histogram()]
    private(set) var counts: [OperationKind: [Region: Int]] = [:]
    private(set) var errors: [String: Int] = [:]
    /// Operations that succeeded in another region than the first they tried.
    private(set) var movedOn = 0
    private(set) var buckets: [Bucket] = []
    /// From the start to the last operation's end.
    private(set) var elapsed = Duration.zero
    private var bucket = Histogram()
    private var window = Histogram()
    private var windowErrors = 0

    /// - Parameter span: From the first operation's begin to the last one's end at most.
    init(span: Duration) {
        let seconds = Int((span.milliseconds / 1000).rounded(.up))
        self.width = .seconds(max(1, (seconds + Self.bucketLimit - 1) / Self.bucketLimit))
    }

    var operations: Int { self.succeeded + self.failed }
    var failed: Int { self.errors.values.reduce(0, +) }
    private var succeeded: Int { self.latencies.values.reduce(0) { $0 + $1.count } }

    /// An operation was answered.
    ///
    /// - Parameter elapsed: Since the start.
    mutating func succeeded(
        _ kind: OperationKind,
        in region: Region,
        hasMovedOn: Bool,
        latency: Duration,
        at elapsed: Duration
    ) {
        let index = self.bucket(at: elapsed)
        self.latencies[kind]?.record(latency)
        self.bucket.record(latency)
        self.window.record(latency)
        self.counts[kind, default: [:]][region, default: 0] += 1
        self.buckets[index].counts[kind, default: [:]][region, default: 0] += 1
        if hasMovedOn { self.movedOn += 1 }
    }

    /// An operation failed.
    mutating func failed(_ code: ErrorCode, at elapsed: Duration) {
        let index = self.bucket(at: elapsed)
        self.errors[code.name, default: 0] += 1
        self.buckets[index].errors += 1
        self.windowErrors += 1
    }

    /// What was counted since the last call.
    mutating func takeWindow() -> (operations: Int, errors: Int, p99: Duration?) {
        defer {
            self.window = Histogram()
            self.windowErrors = 0
        }
        return (self.window.count + self.windowErrors, self.windowErrors, self.window.quantile(0.99))
    }

    /// Nothing more is counted.
    mutating func close() {
        guard !self.buckets.isEmpty else { return }
        self.buckets[self.buckets.count - 1].p99 = self.bucket.quantile(0.99)
    }

    /// The bucket of a moment; the last one for what comes late.
    private mutating func bucket(at elapsed: Duration) -> Int {
        self.elapsed = max(self.elapsed, elapsed)
        let index = min(Int(elapsed / self.width), Self.bucketLimit - 1)
        while self.buckets.count <= index {
            self.close()
            self.bucket = Histogram()
            self.buckets.append(Bucket())
        }
        return self.buckets.count - 1
    }
}
