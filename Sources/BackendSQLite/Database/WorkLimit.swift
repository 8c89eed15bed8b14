internal import RegionKitCore

/// Until when a connection may go on with a read; asked by SQLite in the middle of it.
final class WorkLimit {
    var context: AttemptContext?

    /// SQLite's progress handler: anything but 0 interrupts the statement.
    static let isOver: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { pointer in
        guard let pointer = unsafe pointer else { return 0 }
        let limit = unsafe Unmanaged<WorkLimit>.fromOpaque(pointer).takeUnretainedValue()
        guard let context = limit.context else { return 0 }
        return Task.isCancelled || context.time.now >= context.deadline ? 1 : 0
    }
}
