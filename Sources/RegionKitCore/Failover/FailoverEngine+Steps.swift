internal import Synchronization

// The steps of an operation: where the next attempt is made, how it begins, ends, and waits.
extension FailoverEngine {
    /// Begins an attempt in the region that was chosen.
    func begin(_ kind: OperationKind, _ selection: Selection, _ now: MonotonicInstant) -> Beginning {
        self.state.withLock { state in
            guard !state.isClosed else { return .closed }
            let (position, isUnhealthy) = (selection.position, selection.isUnhealthy)
            let isAdmitted = state.board.admits(kind, at: position, isUnhealthy: isUnhealthy, now)
            guard isAdmitted || PlantedBug.fenceForgotten.isPlanted else { return .overtaken }
            return state.board.attemptBegan(kind, at: selection.position, now).map { .began($0) } ?? .full
        }
    }

    /// Begins the first attempt where nothing is to be decided: the common case, in one lock.
    func beginByDefault(_ operation: Operation, at now: MonotonicInstant) -> RegionBoard.Ticket? {
        let (kind, allowed, isPrimaryFirst) = (operation.kind, operation.allowed, self.isPrimaryFirst)
        guard operation.fence == nil else { return nil }
        return self.state.withLock { state in
            state.isClosed
                ? nil : state.board.beginByDefault(kind, isPrimaryFirst: isPrimaryFirst, allowed: allowed, at: now)
        }
    }

    /// The region for the next attempt; nil when every region that may be asked has failed in this round.
    func select(
        _ operation: inout Operation,
        _ machine: AttemptMachine,
        _ staying: Int?,
        at now: MonotonicInstant
    ) -> Selection? {
        let (kind, place, allowed, fence) = (operation.kind, operation.place, operation.allowed, operation.fence)
        let affinity = operation.affinity
        let view = self.state.withLock { state in
            #if DEBUG
                let fenced = state.board.fenced
                if machine.failures > 0, PlantedBug.fenceForgotten.isPlanted { state.board.fenced = [] }
                defer { state.board.fenced = fenced }
            #endif
            return state.board.view(kind, place: place, allowed: allowed, fence: fence, affinity: affinity, at: now)
        }
        let usable = view.fit.union(view.held).union(view.rest)
        if let staying, usable.contains(staying) {
            return Selection(position: staying, isPanic: false, isUnhealthy: view.rest.contains(staying))
        }
        // What may have been done may be repeated nowhere else.
        if staying != nil, operation.shape == .conditionalWrite, machine.outcomeIsUnknown { return nil }
        if view.isUnsettled, kind == .read { self.settleReads(at: now) }
        operation.request.random = view.random
        // A conditional write follows the active region even where it failed before; others go where they have not been.
        let untried = operation.shape == .conditionalWrite ? usable : usable.subtracting(machine.tried)
        if kind == .write, let active = view.active, untried.contains(active), !view.rest.contains(active) {
            // Where no probe shows that writes work again, one write at a time does, if the policy would rather have it
            // there; not a conditional one, which belongs to the active region.
            let trials = operation.shape == .unconditionalWrite && machine.failures == 0 ? view.trials : []
            let choice = view.choose(operation.request, from: trials.union([active]), by: self.policy)
            return Selection(position: choice ?? active, isPanic: false, isUnhealthy: false)
        }
        let settled = view.fit.subtracting(view.trials)
        let tiers = operation.shape == .conditionalWrite ? [settled, view.held, view.trials] : [view.fit, view.held]
        for tier in tiers {
            let candidates = tier.intersection(untried)
            guard let choice = view.choose(operation.request, from: candidates, by: self.policy) else { continue }
            let settles = kind == .write && view.active == nil && !operation.isRestricted && machine.tried.isEmpty
            let position = settles ? self.state.withLock { $0.board.settle(.write, at: choice, fence: fence) } : choice
            let isRemembered = !operation.isRestricted && view.isRemembered(position, from: candidates)
            return Selection(
                position: position,
                isPanic: false,
                isUnhealthy: false,
                affinity: isRemembered ? affinity : nil
            )
        }
        guard self.configuration.triesUnhealthyRegions || operation.isRestricted else { return nil }
        let left = view.rest.intersection(untried)
        let shape = operation.shape
        guard let position = self.state.withLock({ $0.board.panicRegion(shape, kind, among: left, fence: fence) })
        else { return nil }
        return Selection(position: position, isPanic: true, isUnhealthy: true)
    }

    /// Finds where reads go by default now, for events and reports.
    func settleReads(at now: MonotonicInstant) {
        let allowed = self.permitted.read
        let (view, current) = self.state.withLock {
            ($0.board.view(.read, place: 1, allowed: allowed, at: now), $0.board.activeRegion(for: .read))
        }
        let request = RoutingRequest(kind: .read, table: self.schema.name)
        guard
            let position = view.choose(request, from: view.fit.subtracting(view.trials), by: self.policy)
                ?? current.flatMap({ view.held.contains($0) ? $0 : nil })
                ?? view.choose(request, from: view.held, by: self.policy)
        else { return }
        self.state.withLock { _ = $0.board.settle(.read, at: position) }
    }

    func race<Work: Attemptable>(
        _ work: Work,
        at position: Int,
        _ context: AttemptContext
    ) async throws(BackendError) -> Work.Success {
        let backend = self.endpoints[position].backend
        return try await AttemptRace.run(
            until: context.deadline,
            on: self.time,
            executor: self.executor,
            { () async throws(BackendError) in try await work.attempt(in: backend, context) },
            ended: { self.state.withLock { $0.board.slotFreed(at: position) } }
        )
    }

    func ended(
        _ ticket: RegionBoard.Ticket,
        _ failure: FailureClass?,
        _ isNeutral: Bool,
        _ name: StaticString,
        from began: MonotonicInstant,
        to now: MonotonicInstant,
        _ refund: Int?,
        freesSlot: Bool,
        home affinity: UInt64? = nil
    ) {
        let elapsed = now.nanoseconds - began.nanoseconds
        let region = self.endpoints[ticket.position].region
        let event: RegionEvent.Kind? =
            self.relays.isEmpty
            ? nil : .attemptEnded(region, operation: "\(name)", failure, .nanoseconds(elapsed))
        self.change(at: now, telling: event) { state in
            if let refund { state.budget.refund(refund) }
            if freesSlot { state.board.slotFreed(at: ticket.position) }
            state.board.attemptEnded(
                ticket,
                failure,
                isNeutral: isNeutral,
                latencyNanoseconds: elapsed,
                at: now
            )
            if let affinity { state.board.served(affinity, ticket) }
        }
    }

    /// Changes the state and hands what came of it to the observers, before anyone can change it again: events keep
    /// their order.
    func change(
        at now: MonotonicInstant,
        telling event: RegionEvent.Kind? = nil,
        _ change: (inout State) -> Void
    ) {
        self.state.withLock { state in
            change(&state)
            self.tell(state.board.takeNews(), at: now)
            if let event { self.tell([event], at: now) }
        }
    }

    /// A region names another one as the one that takes the writes.
    func writesMoved(to region: Region, within fence: RegionSet?, at now: MonotonicInstant) {
        guard let position = self.endpoints.firstIndex(where: { $0.region == region }) else { return }
        let permitted = self.permitted.write
        self.change(at: now) { state in
            state.board.writesMoved(to: position, permitted: permitted, fence: fence, isProved: false, at: now)
        }
    }

    /// Tells that an attempt begins in another region than the one where the last attempt failed.
    func tellFailover(_ kind: OperationKind, from last: Attempt?, to position: Int, at now: MonotonicInstant) {
        let region = self.endpoints[position].region
        guard let last, let failure = last.failure, last.region != region else { return }
        self.tell([.failedOver(kind, from: last.region, to: region, failure)], at: now)
    }

    /// Hands events to the observers.
    func tell(_ news: [RegionEvent.Kind], at now: MonotonicInstant) {
        for relay in self.relays {
            for kind in news { relay.send(RegionEvent(kind, at: now)) }
        }
    }

    /// Takes the tokens for a repetition; nil when there are too few.
    func charge(for failure: FailureClass?) -> Int? {
        let cost =
            switch failure {
            case .throttled, .conflict, .overloaded: self.configuration.retry.throttleCost
            default: self.configuration.retry.faultCost
            }
        return self.state.withLock { $0.budget.spend(cost) } ? cost : nil
    }

    /// Waits for the back-off before the next attempt in a region; answers with the moment after it.
    func pause(
        _ operation: Operation,
        _ machine: AttemptMachine,
        _ failures: [Attempt],
        for position: Int,
        at now: MonotonicInstant
    ) async throws(RegionError) -> MonotonicInstant {
        let random = self.state.withLock { $0.board.draw() }
        let (attempt, asked) = (machine.failures(at: position) - 1, machine.wait(askedBy: position))
        let wait = self.backoff.wait(attempt: attempt, random: random, asked: asked)
        let until = now.advanced(byNanoseconds: wait)
        guard until < operation.deadline else { throw self.giveUp(operation, machine, failures, at: now) }
        do {
            try await self.time.sleep(until: until)
        } catch {
            throw self.cancelled(operation, machine, failures)
        }
        let woken = self.time.now
        guard woken < operation.deadline else { throw self.giveUp(operation, machine, failures, at: woken) }
        return woken
    }
}
