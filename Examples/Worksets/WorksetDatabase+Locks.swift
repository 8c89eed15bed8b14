internal import Foundation
public import RegionKitCore

extension WorksetDatabase {
    /// Takes the lock of a workset, which does not change its state.
    ///
    /// A workset that is `ready` or `retrying` can be locked when nobody holds its lock, when the lock has expired
    /// (one in state `locked` too, then), or when the same owner holds it: a process that was restarted gets its lock
    /// back with a new token.
    ///
    /// The write is conditional on what was read, so of two clients in one region one wins. Two clients that write in
    /// different regions, because the network between them is cut or because their views of health differ, can both
    /// succeed; when the regions meet again, the later write stays. Therefore hand ``WorksetLock/token`` to whatever
    /// the lock guards and let that compare; see ``FencingToken``.
    ///
    /// - Parameters:
    ///   - id: The workset.
    ///   - owner: Who asks: a name that belongs to one process alone.
    ///   - force: Takes the lock in any state and from any holder.
    ///   - region: The only region to ask.
    /// - Returns: The lock; nil when another owner holds it or the state does not allow it.
    /// - Throws: ``WorksetError/Code/notFound``, ``WorksetError/Code/contention``, or what the store met with.
    public func acquireLock(
        _ id: String,
        owner: String,
        force: Bool = false,
        region: Region? = nil
    ) async throws(WorksetError) -> WorksetLock? {
        guard !owner.isEmpty else { throw WorksetError(.invalidArgument, "the owner's name is empty") }
        var found = try await self.current(id, in: region)
        for _ in 0..<Self.lockRounds {
            guard let item = found.value.item else { throw .notFound(in: found.region) }
            let wall = self.time.wallMilliseconds
            if !force, !self.isFree(try Workset(item), for: owner, at: wall) { return nil }
            let stored = item["lock_token"]?.string.flatMap { FencingToken.timestamp(stored: $0) } ?? .zero
            let last = max(stored, found.value.version?.timestamp ?? .zero)
            let next = FencingToken.next(after: last, wallMilliseconds: wall)
            let update = self.leased(Update(), at: wall)
                .set("lock_owner", .string(owner))
                .set("lock_token", .string(FencingToken.stored(next)))
            let result = try await self.attempted { () async throws(RegionError) in
                try await self.store.update(Self.key(id), update, if: Self.lockUnchanged(since: item), in: region)
            }
            switch result {
            case .success(let written):
                let token = FencingToken(timestamp: next, origin: Origin(written.region))
                return WorksetLock(worksetID: id, owner: owner, token: token, expiresAt: self.expiry(from: wall))
            case .failure(let refusal):
                found = try await self.current(id, after: refusal)
            }
        }
        throw WorksetError(.contention, "the lock changed \(Self.lockRounds) times while it was asked for")
    }

    /// Makes a lock last for another lock duration from now; its token stays.
    ///
    /// - Returns: The longer lock; nil when the lock is no longer held in the region that was asked.
    public func refreshLock(_ lock: WorksetLock, region: Region? = nil) async throws(WorksetError) -> WorksetLock? {
        let wall = self.time.wallMilliseconds
        var longer = lock
        longer.expiresAt = self.expiry(from: wall)
        return try await self.changed(lock, self.leased(Update(), at: wall), region) ? longer : nil
    }

    /// Gives a lock back.
    ///
    /// The workset's last token stays with it, so that the next one is higher.
    ///
    /// - Returns: false when the lock is no longer held in the region that was asked.
    @discardableResult
    public func releaseLock(_ lock: WorksetLock, region: Region? = nil) async throws(WorksetError) -> Bool {
        let update = Update()
            .set("updated_at", self.now)
            .remove("lock_owner")
            .remove("lock_acquired_at")
            .remove("lock_expires_at")
        return try await self.changed(lock, update, region)
    }
}

extension WorksetDatabase {
    static let lockRounds = 4

    /// The attributes that a decision about a lock rests on.
    private static let lockAttributes = [
        "state", "lock_owner", "lock_acquired_at", "lock_expires_at", "lock_token",
    ]

    static func holds(_ lock: WorksetLock) -> Condition {
        attribute("lock_owner") == .string(lock.owner) && attribute("lock_token") == .string(lock.token.stored)
    }

    static func isHeld(_ lock: WorksetLock, by item: Item) -> Bool {
        item["lock_owner"]?.string == lock.owner && item["lock_token"]?.string == lock.token.stored
    }

    private static func lockUnchanged(since item: Item) -> Condition {
        self.lockAttributes.reduce(self.exists) { condition, name in
            let place = attribute(AttributePath(name))
            return condition && (item[name].map { place == $0 } ?? !place.exists)
        }
    }

    private func isFree(_ workset: Workset, for owner: String, at wall: Int64) -> Bool {
        let lockable = [.ready, .retrying].contains(workset.state)
        guard let holder = workset.lockOwner else { return lockable }
        // Clients before this one may store no expiry. A time that cannot be read does not free a lock.
        let expiry =
            workset.item["lock_expires_at"] == nil
            ? workset.lockAcquiredAt?.addingTimeInterval(self.lockSeconds) : workset.lockExpiresAt
        let expired = expiry.map { $0.timeIntervalSince1970 <= Double(wall) / 1000 } ?? false
        return (lockable && (expired || holder == owner)) || (workset.state == .locked && expired)
    }

    private func changed(
        _ lock: WorksetLock,
        _ update: Update,
        _ region: Region?
    ) async throws(WorksetError) -> Bool {
        let result = try await self.attempted { () async throws(RegionError) in
            try await self.store.update(Self.key(lock.worksetID), update, if: Self.holds(lock), in: region)
        }
        switch result {
        case .success: return true
        case .failure: return false
        }
    }

    private func leased(_ update: Update, at wall: Int64) -> Update {
        let now = AttributeValue.string(Timestamp.text(milliseconds: wall))
        let expiry = Timestamp.text(milliseconds: wall + Int64(self.configuration.lockDuration.milliseconds))
        return
            update
            .set("lock_acquired_at", now)
            .set("lock_expires_at", .string(expiry))
            .set("updated_at", now)
    }

    private func expiry(from wall: Int64) -> Date {
        Date(timeIntervalSince1970: Double(wall) / 1000 + self.lockSeconds)
    }

    private var lockSeconds: Double { self.configuration.lockDuration.milliseconds / 1000 }
}
