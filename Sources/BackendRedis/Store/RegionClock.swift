internal import RegionKitCore

/// What is known of a region's wall clock, learned from answers that tell its time.
///
/// The server read its clock between the moments at which the question left and the answer came, so each answer bounds
/// the distance between that clock and this process's monotonic one from both sides.
struct RegionClock: Sendable {
    /// The region's wall clock minus the monotonic one, in nanoseconds, lies between these.
    private var bounds: ClosedRange<Int64>?
    private var learned = MonotonicInstant(nanoseconds: 0)

    /// How far two clocks part in a second, in nanoseconds: more than ordinary crystals and their correction do.
    private static let drift: Int64 = 200_000
    /// No clock that is right shows more, in microseconds: the year 2200.
    private static let latest: Int64 = 7_258_118_400_000_000

    /// Notes that the region's clock read `microseconds` between two moments.
    mutating func learn(microseconds: Int64, between sent: MonotonicInstant, and received: MonotonicInstant) {
        guard (0...Self.latest).contains(microseconds) else { return }
        let time = microseconds * 1000
        let new = time - received.nanoseconds...max(time - received.nanoseconds, time - sent.nanoseconds)
        defer { self.learned = received }
        guard let old = self.bounds(at: received), old.overlaps(new) else {
            // The first, or the region's clock was set.
            self.bounds = new
            return
        }
        self.bounds = max(old.lowerBound, new.lowerBound)...min(old.upperBound, new.upperBound)
    }

    /// A time in milliseconds that the region's clock does not reach before the moment is over; nil when nothing is
    /// known of the clock.
    ///
    /// A write that is refused from then on cannot be done after the moment.
    func milliseconds(at moment: MonotonicInstant, knownAt now: MonotonicInstant) -> Int64? {
        guard let bounds = self.bounds(at: now) else { return nil }
        // No caller waits longer than a day, and a moment as far as the clock reaches must not overflow.
        let moment = min(moment, now.advanced(by: .seconds(86400)))
        return (moment.nanoseconds + bounds.lowerBound) / 1_000_000
    }

    private func bounds(at now: MonotonicInstant) -> ClosedRange<Int64>? {
        guard let bounds = self.bounds else { return nil }
        let elapsed = max(0, now.nanoseconds - self.learned.nanoseconds)
        let error = elapsed / 1_000_000_000 * Self.drift + elapsed % 1_000_000_000 * Self.drift / 1_000_000_000
        return bounds.lowerBound - error...bounds.upperBound + error
    }
}
