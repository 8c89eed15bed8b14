internal import RegionKitCore
internal import Synchronization

/// What one operation of a client learned from the regions: which of them wrote, and which version it gave.
final class OperationTrace: Sendable {
    struct Acknowledgement: Sendable {
        var version: Version
        var region: Region
    }

    /// The trace of the operation that the present task does.
    @TaskLocal static var current: OperationTrace?

    private let last = Mutex<Acknowledgement?>(nil)

    func wrote(_ version: Version, in region: Region) {
        self.last.withLock { $0 = Acknowledgement(version: version, region: region) }
    }

    var acknowledgement: Acknowledgement? { self.last.withLock { $0 } }
}
