import RegionKitCore
import Synchronization

/// The system's clocks, and something that happens when they are read for the n-th time.
final class TurningTime: TimeSource {
    private let left: Atomic<Int>
    private let turn: @Sendable () -> Void

    init(at reading: Int, _ turn: @escaping @Sendable () -> Void) {
        self.left = Atomic(reading)
        self.turn = turn
    }

    var now: MonotonicInstant {
        if self.left.subtract(1, ordering: .relaxed).newValue == 0 { self.turn() }
        return SystemTime().now
    }

    var wallMilliseconds: Int64 { SystemTime().wallMilliseconds }

    func sleep(until instant: MonotonicInstant) async throws {
        try await SystemTime().sleep(until: instant)
    }
}
