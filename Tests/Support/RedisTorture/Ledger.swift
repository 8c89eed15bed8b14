internal import RegionKitCore
internal import Synchronization

/// What writers were told.
final class Ledger: Sendable {
    /// What a version stands for.
    struct Write: Hashable {
        var key: String
        /// Nil for a delete.
        var token: String?
    }

    struct Contents {
        /// Every write whose caller was told that it is done.
        var acknowledged: [Version: Write] = [:]
        /// Every version that was told or read.
        var seen: [Version: Write] = [:]
        /// The last version that each caller was given in each region.
        var last: [String: Version] = [:]
        /// The highest version that was told or read of a token: a write that was repeated may have several.
        var highest: [String: Version] = [:]
        var errors: [String: Int] = [:]
        var duplicates = 0
        /// How often an application saw that a region had lost what it had handed out.
        var lossesNoticed = 0
        var faults: [String] = []
    }

    private let state = Mutex(Contents())

    var contents: Contents { self.state.withLock { $0 } }

    /// A write is done.
    ///
    /// - Parameter isOrdered: Whether the caller's writes in one region must bear versions that rise.
    func acknowledged(_ write: Write, as version: Version, by caller: String, in region: Region, isOrdered: Bool) {
        self.state.withLock { state in
            if let other = state.acknowledged.updateValue(write, forKey: version) {
                state.duplicates += 1
                state.faults.append("\(version) was given twice: \(other), \(write)")
            }
            if let last = state.last.updateValue(version, forKey: "\(caller) \(region)"), last > version, isOrdered {
                state.faults.append("\(caller) was given \(last) and then \(version) in \(region)")
            }
            state.see(write, as: version)
        }
    }

    /// A row was read.
    func read(_ write: Write, as version: Version) {
        self.state.withLock { $0.see(write, as: version) }
    }

    /// A region was found to have lost something.
    func noticedLoss() {
        self.state.withLock { $0.lossesNoticed += 1 }
    }

    /// A write failed, or its outcome is not known.
    func failed(_ code: String) {
        self.state.withLock { $0.errors[code, default: 0] += 1 }
    }
}

extension Ledger.Contents {
    /// Writes of which something was seen that is newer than what their callers were told: they were done once more,
    /// later, and may have undone what was acknowledged in between (F4).
    var late: [String] {
        self.acknowledged.compactMap { version, write in
            guard let highest = write.token.flatMap({ self.highest[$0] }), highest > version else { return nil }
            return "\(write) was acknowledged as \(version) and done again as \(highest)"
        }
    }

    /// Notes what a version stands for.
    mutating func see(_ write: Ledger.Write, as version: Version) {
        if let token = write.token { self.highest[token] = max(self.highest[token] ?? version, version) }
        guard let other = self.seen.updateValue(write, forKey: version), other != write else { return }
        self.duplicates += 1
        self.faults.append("\(version) stands for two writes: \(other), \(write)")
    }
}
