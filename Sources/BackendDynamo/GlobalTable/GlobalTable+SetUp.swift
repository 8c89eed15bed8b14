public import RegionKitCore

extension GlobalTable {
    /// Creates the table in the primary and its replicas in the other regions, and waits until all are active.
    ///
    /// Capacity is on demand, the stream holds new and old images, indexes hold all attributes, and items expire by the
    /// schema's attribute. What is there already stays as it is, so that a second run changes nothing, and one that was
    /// stopped anywhere is gone on with by running it again. Replicas are added one at a time, as DynamoDB demands.
    ///
    /// - Parameter progress: Told what happens; must return soon.
    /// - Returns: What was changed, in order.
    /// - Throws: ``RegionError``: `validation` for a table that is another one than the schema says, which is left
    ///   alone; `deadlineExceeded` after the time limit; `cancelled`; else what DynamoDB refused.
    @discardableResult
    public func setUp(
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(RegionError) -> [Change] {
        let plan = SetUpPlan(
            schema: self.schema,
            primary: self.primary.region,
            replicas: Array(self.regions.dropFirst())
        )
        return try await self.reconcile(progress) { states, asked throws(RegionError) in
            try plan.next(states, asked: asked)
        }
    }

    /// Adds a replica in one of the regions to a table that is there, and waits until it is active.
    ///
    /// - Parameters:
    ///   - region: One of ``regions``, not the primary.
    ///   - progress: Told what happens; must return soon.
    /// - Returns: What was changed; nothing where the replica was there.
    /// - Throws: As ``setUp(progress:)``.
    @discardableResult
    public func addReplica(
        _ region: Region,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(RegionError) -> [Change] {
        let plan = SetUpPlan(
            schema: self.schema,
            primary: self.primary.region,
            replicas: [try self.checked(region)],
            isForReplicasAlone: true
        )
        return try await self.reconcile(progress) { states, asked throws(RegionError) in
            try plan.next(states, asked: asked)
        }
    }

    /// Deletes the replica in one of the regions, with all that it holds, and waits until it is gone.
    ///
    /// Changes that have not left that region yet are lost; no client may write there meanwhile.
    ///
    /// - Parameters:
    ///   - region: One of ``regions``, not the primary.
    ///   - progress: Told what happens; must return soon.
    /// - Returns: What was changed; nothing where there was no replica.
    /// - Throws: As ``setUp(progress:)``.
    @discardableResult
    public func removeReplica(
        _ region: Region,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(RegionError) -> [Change] {
        let region = try self.checked(region)
        let primary = self.primary.region
        // What state the replica is in does not matter: one that failed is removed too.
        let plan = SetUpPlan(schema: self.schema, primary: primary, replicas: [])
        return try await self.reconcile(progress) { states, _ throws(RegionError) in
            switch states[primary] ?? .missing {
            case .unknown(let error): return .blocked(error)
            case .missing:
                throw RegionError(.validation, "There is no table \(self.schema.name) in \(primary).", region: primary)
            case .exists(let table):
                guard table.replica(in: region) != nil else { return .done }
                return try plan.wait(for: table) ?? .change(.removeReplica(region))
            }
        }
    }

    private func checked(_ region: Region) throws(RegionError) -> Region {
        guard region != self.primary.region else {
            throw RegionError(.validation, "\(region) is the primary, not a replica.", region: region)
        }
        guard self.regions.contains(region) else {
            let known = self.regions.map(\.name).joined(separator: ", ")
            throw RegionError(.validation, "\(region) is none of the table's regions: \(known).", region: region)
        }
        return region
    }
}

// Waiting.
extension GlobalTable {
    /// The waits between two looks, which double.
    private static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(15))
    /// How long a change that was accepted may stay invisible: descriptions are eventually consistent.
    private static let visibility = Duration.seconds(60)
    /// How many times in a row a region may fail to answer.
    private static let mostFaults = 6

    /// Looks, does what comes next and looks again until nothing is left to do.
    private func reconcile(
        _ progress: @Sendable (Progress) -> Void,
        _ next: @Sendable ([Region: TableState], Change?) throws(RegionError) -> SetUpPlan.Action
    ) async throws(RegionError) -> [Change] {
        let end = self.time.now.advanced(by: self.timeLimit)
        var changes: [Change] = []
        var asked: (change: Change, until: MonotonicInstant)?
        var pause = Self.pauses.first
        var (faults, last) = (0, "nothing was answered")
        while true {
            var action = try next(await self.states(), asked?.change)
            if case .change(let change) = action {
                if let asked, asked.change == change, self.time.now < asked.until {
                    action = .wait(self.primary.region, status: "asked to \(change)")
                } else {
                    progress(.changing(change))
                    let error = await self.perform(change)
                    // One whose answer was lost may have been done as well.
                    if error == nil || error?.code == .outcomeUnknown, !changes.contains(change) {
                        changes.append(change)
                    }
                    if let error {
                        action = .blocked(error)
                    } else {
                        asked = (change, self.time.now.advanced(by: Self.visibility))
                        (pause, last) = (Self.pauses.first, "asked to \(change)")
                    }
                }
            }
            switch action {
            case .done: return changes
            case .change: faults = 0
            case .wait(let region, let status, let percent):
                let step = Progress.waiting(region, status: status, percent: percent)
                (faults, last) = (0, "\(step)")
                progress(step)
            case .blocked(let error):
                faults = error.isBusy ? 0 : faults + 1
                guard error.isBusy || error.isPassing && faults < Self.mostFaults else { throw error }
                last = error.message
                progress(.retrying(error))
            }
            guard self.time.now.advanced(by: pause) <= end else { throw self.lateness(last) }
            do { try await self.time.sleep(for: pause) } catch {
                throw RegionError(.cancelled, "The task was cancelled; run it again to go on.")
            }
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    private func lateness(_ last: String) -> RegionError {
        RegionError(
            .deadlineExceeded,
            "After \(self.timeLimit.components.seconds) s it is not done: \(last). DynamoDB goes on; run it again to wait.",
            region: self.primary.region
        )
    }

    private func perform(_ change: Change) async -> RegionError? {
        let table = self.schema.name
        let request: ControlRequest =
            switch change {
            case .createTable: .createTable(self.schema)
            case .enableStream: .enableStream(table)
            case .addReplica(let region): .addReplica(region, to: table)
            case .removeReplica(let region): .removeReplica(region, from: table)
            case .enableTimeToLive(let attribute): .enableTimeToLive(attribute, of: table)
            }
        do throws(RegionError) {
            try await self.primary.call(request)
            return nil
        } catch {
            return error
        }
    }
}

extension RegionError {
    /// Whether DynamoDB asks to come again later: another change is under way, or there are too many calls.
    fileprivate var isBusy: Bool { [.conflict, .throttled, .overloaded].contains(self.code) }

    /// Whether it may pass: nothing that the request is to blame for.
    fileprivate var isPassing: Bool {
        [.unavailable, .outcomeUnknown, .deadlineExceeded, .protocolViolation].contains(self.code)
    }
}
