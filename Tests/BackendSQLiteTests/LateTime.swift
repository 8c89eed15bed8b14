import RegionKitCore
import Synchronization

/// A clock on which no time passes until it has been read a number of times; then an hour has.
///
/// The writer reads wall time in the middle of a transaction: with a count of wall readings, the deadline passes
/// exactly there.
final class LateTime: TimeSource {
    private let start = SystemTime().now
    private let readings: Atomic<Int>
    private let countsWall: Bool

    init(afterReadings readings: Int = 0) {
        self.readings = Atomic(readings)
        self.countsWall = false
    }

    init(afterWallReadings readings: Int) {
        self.readings = Atomic(readings)
        self.countsWall = true
    }

    var now: MonotonicInstant {
        if !self.countsWall { self.readings.subtract(1, ordering: .relaxed) }
        return self.readings.load(ordering: .relaxed) < 0 ? self.start.advanced(by: .seconds(3600)) : self.start
    }

    var wallMilliseconds: Int64 {
        if self.countsWall { self.readings.subtract(1, ordering: .relaxed) }
        return SystemTime().wallMilliseconds
    }

    func sleep(until instant: MonotonicInstant) async throws {}
}
