internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// What is emulated now: set in this process, or by the control file, which is looked at while operations are made.
final class EmulationControl: Sendable {
    private struct State {
        var own: SQLiteEmulation
        var file = SQLiteEmulation.none
        var mark: FileMark?
        var problem: BackendError?
    }

    /// Tells whether a file was replaced.
    private struct FileMark: Hashable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    /// How often the control file is looked for, in nanoseconds.
    private static let interval: Int64 = 100_000_000

    private let database: String
    private let state: Mutex<State>
    private let nextLook = Atomic(Int64.min)
    private let isActive = Atomic(false)
    private let skew = Atomic(Int64(0))

    init(_ own: SQLiteEmulation, database: String) {
        self.database = database
        self.state = Mutex(State(own: own))
        self.publish(self.state.withLock { $0 })
    }

    /// The fault an operation meets.
    ///
    /// Costs two loads of atomics when there is none.
    func fault(at now: MonotonicInstant, _ time: any TimeSource) -> SQLiteEmulation.Fault? {
        self.lookIfDue(at: now)
        guard self.isActive.load(ordering: .acquiring) else { return nil }
        let wall = time.wallMilliseconds
        return self.state.withLock { state in
            state.own.fault?.value(atMilliseconds: wall) ?? state.file.fault?.value(atMilliseconds: wall)
        }
    }

    /// How the links from this region behave; a link set in this process goes before the control file.
    func links(at now: MonotonicInstant, _ time: any TimeSource) -> [Region: LinkCondition] {
        self.lookIfDue(at: now)
        let wall = time.wallMilliseconds
        let links = self.state.withLock { state in state.file.links.merging(state.own.links) { _, own in own } }
        return links.compactMapValues { $0.value(atMilliseconds: wall) }
    }

    /// How far the region's wall clock is ahead.
    var clockSkewMilliseconds: Int64 { self.skew.load(ordering: .relaxed) }

    /// What is set in this process.
    var own: SQLiteEmulation {
        get { self.state.withLock { $0.own } }
        set { self.change { $0.own = newValue } }
    }

    /// Why the control file is ignored, if it is.
    var problem: BackendError? { self.state.withLock { $0.problem } }

    private func lookIfDue(at now: MonotonicInstant) {
        // A time before the last look is of another clock.
        let wait = self.nextLook.load(ordering: .relaxed) &- now.nanoseconds
        if wait <= 0 || wait > Self.interval { self.look(at: now) }
    }

    private func look(at now: MonotonicInstant) {
        self.nextLook.store(now.nanoseconds + Self.interval, ordering: .relaxed)
        let mark = self.mark()
        guard mark != self.state.withLock({ $0.mark }) else { return }
        var (file, problem): (SQLiteEmulation, BackendError?) = (.none, nil)
        do throws(BackendError) {
            file = try SQLiteEmulation.load(for: self.database) ?? .none
        } catch {
            problem = error
        }
        self.change { state in
            state.file = file
            state.mark = mark
            state.problem = problem
        }
    }

    private func mark() -> FileMark? {
        var status = stat()
        guard unsafe lstat(SQLiteEmulation.controlFile(for: self.database), &status) == 0 else { return nil }
        return FileMark(
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }

    private func change(_ body: (inout State) -> Void) {
        let state = self.state.withLock { state in
            body(&state)
            return state
        }
        self.publish(state)
    }

    private func publish(_ state: State) {
        let skew = state.own.clockSkew + state.file.clockSkew
        self.skew.store(skew.wholeNanoseconds / 1_000_000, ordering: .relaxed)
        self.isActive.store(state.own.fault != nil || state.file.fault != nil, ordering: .releasing)
    }
}
