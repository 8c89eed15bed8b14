internal import RegionKitCore

/// The line that tells how far a long command is: on a terminal only, from two seconds on, a few times a second.
struct Progress {
    private static let delay = Duration.seconds(2)
    private static let interval = Duration.milliseconds(200)

    private let title: String
    private let unit: String
    private let console: Console
    private let time: any TimeSource
    private let began: MonotonicInstant
    /// How many there were at the beginning, and how far that was.
    private let first: Int
    private var firstFraction: Double?
    private var next: MonotonicInstant

    /// Begins now.
    ///
    /// - Parameter first: How many are done already; they do not count for the rate.
    init(
        _ title: String,
        unit: String = "items",
        from first: Int = 0,
        _ console: Console,
        time: any TimeSource = SystemTime()
    ) {
        self.title = title
        self.unit = unit
        self.console = console
        self.time = time
        self.began = time.now
        self.first = first
        self.next = self.began.advanced(by: Self.delay)
    }

    /// Redraws the line when it is time to.
    ///
    /// - Parameters:
    ///   - count: How many are done.
    ///   - fraction: How much of the work that is, 0 to 1; nil where nobody knows.
    mutating func update(_ count: Int, fraction: Double? = nil) {
        let now = self.time.now
        self.firstFraction = self.firstFraction ?? fraction
        guard now >= self.next else { return }
        self.next = now.advanced(by: Self.interval)
        self.console.progress(self.text(count, fraction, after: self.began.duration(to: now)))
    }

    /// Takes the line away.
    func end() {
        self.console.progress(nil)
    }

    /// For example `importing  42 %  1,234,567 items  23,400/s  3.1 min left`.
    func text(_ count: Int, _ fraction: Double?, after elapsed: Duration) -> String {
        let rate = Double(count - self.first) * 1000 / max(1, elapsed.milliseconds)
        var parts = [self.title, "\(count.grouped) \(self.unit)", "\(Int(rate.rounded()).grouped)/s"]
        guard let fraction, (0...1).contains(fraction) else { return parts.joined(separator: "  ") }
        parts.insert("\(Int(fraction * 100)) %", at: 1)
        let done = fraction - (self.firstFraction ?? 0)
        if done > 0 {
            let left = Duration.milliseconds(Int(elapsed.milliseconds * (1 - fraction) / done))
            parts.append("\(left.brief) left")
        }
        return parts.joined(separator: "  ")
    }
}
