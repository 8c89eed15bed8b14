internal import RegionKitCore

extension DynamoWire {
    /// What a write comes to whose condition failed, though the caller's may hold.
    enum Resolution: Hashable, Sendable {
        /// There is nothing to change: it is done.
        case done(WriteResult)
        /// The item's time is over, so that an update begins anew: this write takes its place.
        ///
        /// If its condition fails too, another writer was in the way: `conflict`.
        case instead(Write)
    }

    /// A write's condition, to which an item whose time is over is a missing one.
    func condition(of write: Write, now: Int64) throws(ValidationError) -> Condition? {
        guard let condition = write.condition, let isExpired = self.isExpired(now: now) else { return write.condition }
        return try condition.holds(for: nil) ? .or(isExpired, condition) : .and(.not(isExpired), condition)
    }

    /// The condition of a write that stands alone: an update also fails where the item's time is over, and one that only
    /// removes and deletes where there is no item; see ``resolution(of:refusedWith:now:)``.
    func condition(ofSingle write: Write, now: Int64) throws(ValidationError) -> Condition? {
        guard case .update(_, let update) = write.action else { return try self.condition(of: write, now: now) }
        let isThere = update.createsItem ? nil : Condition.exists(AttributePath(self.schema.partitionKey.name))
        let parts = [isThere, self.isExpired(now: now).map { .not($0) }, write.condition].compactMap(\.self)
        return parts.dropFirst().reduce(parts.first) { all, part in all.map { .and($0, part) } }
    }

    /// What a refused write comes to.
    ///
    /// - Throws: What the fault means, where the refusal stands.
    func resolution(
        of write: Write,
        refusedWith fault: ServiceFault,
        now: Int64
    ) throws(BackendError) -> Resolution {
        let refusal = self.error(fault, for: .write, now: now)
        guard refusal.code == .conditionFailed, refusal.storedItem == nil,
            case .update(let key, let update) = write.action
        else { throw refusal }
        do throws(ValidationError) {
            if try write.condition?.holds(for: nil) ?? true {
                guard update.createsItem else { return .done(WriteResult(version: nil)) }
                // Without an item the condition sent holds when the caller's does; so there was one.
                let item = try update.applied(to: nil, key: key, schema: self.schema)
                let isMissing = Condition.not(.exists(AttributePath(self.schema.partitionKey.name)))
                return .instead(Write(.put(item), if: isMissing, returning: write.returning))
            }
        } catch { throw BackendError(error) }
        throw refusal
    }
}
