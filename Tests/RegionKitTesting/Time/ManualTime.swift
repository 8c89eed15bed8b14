public import RegionKitCore
internal import Synchronization

/// A clock that stands still until a test moves it.
///
/// Sleepers are resumed by ``advance(by:)``, in the order of their times. They run when the scheduler lets them, so a
/// test that needs them asleep again waits for it with ``waitForSleepers(_:)``.
public final class ManualTime: TimeSource {
    private struct Sleeper {
        var id: Int
        var until: MonotonicInstant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: MonotonicInstant
        /// Wall-clock time less monotonic time, in nanoseconds.
        var wallOffset: Int64
        var lastID = 0
        /// The one that wakes first comes last.
        var sleepers: [Sleeper] = []
        /// Those that were cancelled before they had gone to sleep.
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []

        mutating func takeWatchers() -> [Watcher] {
            guard !self.watchers.isEmpty else { return [] }
            let due = self.watchers.filter { $0.count <= self.sleepers.count }
            self.watchers.removeAll { $0.count <= self.sleepers.count }
            return due
        }
    }

    private let state: Mutex<State>

    /// Creates a clock that shows the given wall-clock time. [2023-11-14T22:13:20Z]
    public init(wallMilliseconds: Int64 = 1_700_000_000_000) {
        // Far from zero, so that a test can name a deadline in the past.
        let now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        self.state = Mutex(State(now: now, wallOffset: wallMilliseconds * 1_000_000 - now.nanoseconds))
    }

    /// The moment the clock stands at.
    public var now: MonotonicInstant {
        self.state.withLock { $0.now }
    }

    /// The wall-clock time it shows.
    public var wallMilliseconds: Int64 {
        self.state.withLock { ($0.now.nanoseconds + $0.wallOffset) / 1_000_000 }
    }

    /// How many tasks sleep.
    public var sleepers: Int {
        self.state.withLock { $0.sleepers.count }
    }

    /// Moves both clocks on and wakes those whose time has come.
    public func advance(by duration: Duration) {
        let woken = self.state.withLock { state in
            state.now = state.now.advanced(by: duration)
            var woken: [Sleeper] = []
            while let last = state.sleepers.last, last.until <= state.now { woken.append(state.sleepers.removeLast()) }
            return woken
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Moves on to the moment the next sleeper waits for, if there is one; answers whether there was.
    @discardableResult
    public func advanceToNextSleeper() -> Bool {
        guard let next = self.state.withLock({ $0.sleepers.last?.until }) else { return false }
        self.advance(by: max(.zero, self.now.duration(to: next)))
        return true
    }

    /// Steps the wall clock alone, forwards or back.
    public func stepWall(by duration: Duration) {
        self.state.withLock { $0.wallOffset += duration.wholeNanoseconds }
    }

    /// Suspends until at least `count` tasks sleep.
    public func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDone = self.state.withLock { state in
                guard state.sleepers.count < count else { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Suspends until a test has moved the clock to `instant`.
    public func sleep(until instant: MonotonicInstant) async throws {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        defer { self.state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                self.enter(Sleeper(id: id, until: instant, continuation: continuation))
            }
        } onCancel: {
            self.cancel(id)
        }
    }

    private func enter(_ sleeper: Sleeper) {
        let (result, watchers): (Result<Void, any Error>?, [Watcher]) = self.state.withLock { state in
            if state.cancelled.remove(sleeper.id) != nil { return (.failure(CancellationError()), []) }
            if sleeper.until <= state.now { return (.success(()), []) }
            // Behind those that wake later, before those that were there first; found by bisection.
            var (low, high) = (0, state.sleepers.count)
            while low < high {
                let middle = (low + high) / 2
                if state.sleepers[middle].until > sleeper.until { low = middle + 1 } else { high = middle }
            }
            state.sleepers.insert(sleeper, at: low)
            return (nil, state.takeWatchers())
        }
        if let result { sleeper.continuation.resume(with: result) }
        for watcher in watchers { watcher.continuation.resume() }
    }

    private func cancel(_ id: Int) {
        let sleeper: Sleeper? = self.state.withLock { state in
            guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: place)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
