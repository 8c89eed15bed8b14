internal import RegionKitCore

/// Who asks for which leases, and for how long.
struct LeaseRequest: Sendable {
    var peers: Set<Region>
    var holder: UInt64
    /// Zero gives up.
    var milliseconds: Int64

    var givesUp: Bool { self.milliseconds <= 0 }

    init(_ peers: Set<Region>, _ holder: UInt64, _ duration: Duration) {
        self.peers = peers
        self.holder = holder
        self.milliseconds = duration.wholeNanoseconds / 1_000_000
    }
}
