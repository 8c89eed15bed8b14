internal import Synchronization

/// The shell around ``RegionBoard`` and ``AttemptMachine``: performs attempts and reports their outcomes.
final class FailoverEngine: Sendable {
    struct State: Sendable {
        var board: RegionBoard
        var budget: RetryBudget
        var isClosed = false
    }

    /// The region that the next attempt is made in.
    private struct Selection {
        var position: Int
        var isPanic: Bool
        var isUnhealthy: Bool
    }

    /// How the beginning of an attempt went.
    private enum Beginning {
        case began(RegionBoard.Ticket)
        /// The region's bulkhead is full.
        case full
        /// The region was fenced, went down or got its trial since it was chosen.
        case overtaken
        /// The store was shut down.
        case closed
    }

    /// What stays the same over all attempts of one operation.
    private struct Operation {
        var shape: AttemptMachine.Shape
        var request: RoutingRequest
        var allowed: RegionSet
        var isRestricted: Bool
        var place: Double?
        var deadline: MonotonicInstant
        var id: OperationID
        /// The only region that may be asked, where there is but one.
        var pinned: Region?

        var kind: OperationKind { self.shape == .read ? .read : .write }
    }

    let schema: TableSchema
    let endpoints: [RegionEndpoint]
    let policy: any RoutingPolicy
    let configuration: StoreConfiguration
    let time: any TimeSource
    let relays: [EventRelay]
    let state: Mutex<State>

    private let isPrimaryFirst: Bool
    private let capabilities: [BackendCapabilities]
    private let defaultDeadline: Int64
    private let attemptTimeout: Int64
    private let backoff: Backoff

    init(
        schema: TableSchema,
        endpoints: [RegionEndpoint],
        policy: any RoutingPolicy,
        configuration: StoreConfiguration,
        relays: [EventRelay],
        time: any TimeSource
    ) {
        self.schema = schema
        self.endpoints = endpoints
        self.policy = policy
        self.configuration = configuration
        self.relays = relays
        self.time = time
        self.isPrimaryFirst = policy is PrimaryFirst
        self.capabilities = endpoints.map { $0.backend.capabilities }
        self.defaultDeadline = configuration.deadline.wholeNanoseconds
        self.attemptTimeout = configuration.attemptTimeout.wholeNanoseconds
        self.backoff = Backoff(configuration.retry)
        let board = RegionBoard(
            regions: endpoints.map(\.region),
            configuration: configuration,
            seed: .random(in: .min ... .max)
        )
        self.state = Mutex(State(board: board, budget: RetryBudget(capacity: configuration.retry.budget)))
    }

    /// Performs a request; `result` takes what is wanted from a response, or says by nil that it is none of this request.
    func run<Success: Sendable>(
        _ request: BackendRequest,
        in region: Region?,
        _ options: OperationOptions,
        result: @escaping @Sendable (BackendResponse) -> Success?
    ) async throws(RegionError) -> Routed<Success> {
        do throws(ValidationError) {
            try ItemLimits.validate(request, for: self.schema)
        } catch {
            throw RegionError(.validation, error.message)
        }
        let kind = request.kind
        let shape: AttemptMachine.Shape =
            kind == .read ? .read : request.isUnconditionalWrite ? .unconditionalWrite : .conditionalWrite
        let routing = RoutingRequest(
            kind: kind,
            table: self.schema.name,
            partition: kind == .read ? request.partition : nil,
            consistency: request.consistency,
            affinity: options.affinity
        )
        return try await self.run(
            RequestWork(request: request, result: result),
            shape,
            routing,
            in: region,
            options
        )
    }

    /// Performs work under the rules of failover.
    func run<Work: Attemptable>(
        _ work: Work,
        _ shape: AttemptMachine.Shape,
        _ routing: RoutingRequest,
        in region: Region?,
        _ options: OperationOptions
    ) async throws(RegionError) -> Routed<Work.Success> {
        var now = self.time.now
        var operation = try self.operation(shape, routing, in: region, options, at: now)
        // An attempt would fail for want of time and count against a region that did nothing wrong.
        guard now < operation.deadline else {
            let message = "the deadline was over before the operation began: nothing was sent; give it more time"
            throw RegionError(.deadlineExceeded, message)
        }
        var machine = AttemptMachine(shape, maximumAttemptsPerRegion: self.configuration.retry.maximumAttemptsPerRegion)
        var failures: [Attempt] = []
        var spent = 0
        var staying: Int?
        var hasPaused = false
        while true {
            let settled = machine.failures == 0 ? self.beginByDefault(operation, at: now) : nil
            let selected =
                settled.map { Selection(position: $0.position, isPanic: false, isUnhealthy: false) }
                ?? self.select(&operation, machine, staying, at: now)
            guard let selection = selected else {
                guard machine.beginRound() else { throw self.giveUp(operation, machine, failures, at: now) }
                continue
            }
            let position = selection.position
            if machine.failures > 0, !hasPaused {
                let earlier = machine.failures(at: position)
                if earlier > 0 || selection.isUnhealthy {
                    guard let cost = self.charge(for: failures.last?.failure) else {
                        throw self.giveUp(operation, machine, failures, at: now)
                    }
                    spent += cost
                }
                if earlier > 0 {
                    // The next selection may find that the active region has moved meanwhile.
                    now = try await self.pause(operation, machine, failures, attempt: earlier - 1, at: now)
                    hasPaused = true
                    continue
                }
            }
            var begun = settled
            if begun == nil {
                switch self.begin(operation.kind, selection, now) {
                case .began(let ticket): begun = ticket
                case .full: break
                case .overtaken: continue
                case .closed:
                    throw self.interrupted(.closed, "the store was shut down", operation, machine, failures)
                }
            }
            hasPaused = false
            let began = now
            let isRaced = work.isCallersOwn || !self.capabilities[position].honoursDeadlines
            let error: BackendError
            if let ticket = begun {
                self.tellFailover(operation.kind, from: failures.last, to: position, at: now)
                do throws(BackendError) {
                    let context = AttemptContext(
                        deadline: min(now.advanced(byNanoseconds: self.attemptTimeout), operation.deadline),
                        operation: operation.id,
                        mayHaveRun: machine.mayHaveRun.contains(position),
                        clockFloor: machine.clockFloor,
                        time: self.time
                    )
                    let value =
                        isRaced
                        ? try await self.race(work, at: position, context)
                        : try await work.attempt(in: self.endpoints[position].backend, context)
                    now = self.time.now
                    let isNeutral = work.isCallersError(value)
                    let refund = isNeutral ? nil : spent
                    self.ended(ticket, nil, isNeutral, work.name, from: began, to: now, refund, freesSlot: !isRaced)
                    return Routed(
                        value,
                        region: self.endpoints[position].region,
                        operation: operation.kind == .write ? operation.id : nil,
                        duration: .nanoseconds(now.nanoseconds - began.nanoseconds),
                        failures: failures,
                        isPanic: selection.isPanic
                    )
                } catch let failure {
                    error = failure
                    now = self.time.now
                    let (failure, isNeutral) = (failure.failure, Task.isCancelled)
                    self.ended(ticket, failure, isNeutral, work.name, from: began, to: now, nil, freesSlot: !isRaced)
                }
            } else {
                error = BackendError(.overloaded, .overloaded, "too many operations are under way in this region")
            }
            failures.append(Attempt(self.endpoints[position].region, error, began.duration(to: now), selection.isPanic))
            let step = machine.attemptFailed(
                error,
                at: position,
                deduplicates: !work.isCallersOwn && self.capabilities[position].deduplicatesWrites
            )
            guard !Task.isCancelled else { throw self.cancelled(operation, machine, failures) }
            guard step != .fail, now < operation.deadline else {
                throw self.giveUp(operation, machine, failures, error, at: now)
            }
            staying = step == .stay ? position : nil
            if step == .followActive(refused: true) {
                self.state.withLock { $0.board.writesRefused(at: position, now) }
            }
        }
    }
}

// MARK: - Steps of an operation

extension FailoverEngine {
    private func operation(
        _ shape: AttemptMachine.Shape,
        _ routing: RoutingRequest,
        in region: Region?,
        _ options: OperationOptions,
        at now: MonotonicInstant
    ) throws(RegionError) -> Operation {
        var allowed = RegionSet(first: self.endpoints.count)
        if let region {
            guard let position = self.endpoints.firstIndex(where: { $0.region == region }) else {
                let known = self.endpoints.map(\.region.name).joined(separator: ", ")
                throw RegionError(.validation, "no region is called \(region); this store has \(known)", region: region)
            }
            allowed = [position]
        }
        if let permitted = options.allowed {
            for position in allowed where !permitted.contains(self.endpoints[position].region) {
                allowed.remove(position)
            }
        }
        var generator = SystemRandomNumberGenerator()
        return Operation(
            shape: shape,
            request: routing,
            allowed: allowed,
            isRestricted: region != nil || options.allowed != nil,
            place: options.affinity.map(Self.place),
            deadline: now.advanced(byNanoseconds: options.deadline?.wholeNanoseconds ?? self.defaultDeadline),
            id: shape == .read ? OperationID(high: 0, low: 0) : .random(using: &generator),
            pinned: region ?? (allowed.count == 1 ? allowed.first.map { self.endpoints[$0].region } : nil)
        )
    }

    /// Where a text falls between 0 and 1: the same in every process.
    static func place(_ text: String) -> Double {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Double(SplitMix64.mix(hash) >> 11) / Double(UInt64(1) << 53)
    }

    /// Begins an attempt in the region that was chosen.
    private func begin(_ kind: OperationKind, _ selection: Selection, _ now: MonotonicInstant) -> Beginning {
        self.state.withLock { state in
            guard !state.isClosed else { return .closed }
            let (position, isUnhealthy) = (selection.position, selection.isUnhealthy)
            guard state.board.admits(kind, at: position, isUnhealthy: isUnhealthy, now) else { return .overtaken }
            return state.board.attemptBegan(kind, at: selection.position, now).map { .began($0) } ?? .full
        }
    }

    /// Begins the first attempt where nothing is to be decided: the common case, in one lock.
    private func beginByDefault(_ operation: Operation, at now: MonotonicInstant) -> RegionBoard.Ticket? {
        let (kind, allowed, isPrimaryFirst) = (operation.kind, operation.allowed, self.isPrimaryFirst)
        return self.state.withLock { state in
            state.isClosed
                ? nil : state.board.beginByDefault(kind, isPrimaryFirst: isPrimaryFirst, allowed: allowed, at: now)
        }
    }

    /// The region for the next attempt; nil when every region that may be asked has failed in this round.
    private func select(
        _ operation: inout Operation,
        _ machine: AttemptMachine,
        _ staying: Int?,
        at now: MonotonicInstant
    ) -> Selection? {
        let (kind, place, allowed) = (operation.kind, operation.place, operation.allowed)
        let view = self.state.withLock { $0.board.view(kind, place: place, allowed: allowed, at: now) }
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
            guard let choice = view.choose(operation.request, from: tier.intersection(untried), by: self.policy) else {
                continue
            }
            let settles = kind == .write && view.active == nil && !operation.isRestricted && machine.tried.isEmpty
            let position = settles ? self.state.withLock { $0.board.settle(.write, at: choice) } : choice
            return Selection(position: position, isPanic: false, isUnhealthy: false)
        }
        guard self.configuration.triesUnhealthyRegions || operation.isRestricted else { return nil }
        let left = view.rest.intersection(untried)
        let shape = operation.shape
        guard let position = self.state.withLock({ $0.board.panicRegion(shape, kind, among: left) }) else {
            return nil
        }
        return Selection(position: position, isPanic: true, isUnhealthy: true)
    }

    /// Finds where reads go by default now, for events and reports.
    private func settleReads(at now: MonotonicInstant) {
        let view = self.state.withLock {
            $0.board.view(.read, place: 1, allowed: RegionSet(first: self.endpoints.count), at: now)
        }
        let request = RoutingRequest(kind: .read, table: self.schema.name)
        guard
            let position = view.choose(request, from: view.fit.subtracting(view.trials), by: self.policy)
                ?? view.choose(request, from: view.held, by: self.policy)
        else { return }
        self.state.withLock { _ = $0.board.settle(.read, at: position) }
    }

    private func race<Work: Attemptable>(
        _ work: Work,
        at position: Int,
        _ context: AttemptContext
    ) async throws(BackendError) -> Work.Success {
        let backend = self.endpoints[position].backend
        return try await AttemptRace.run(
            until: context.deadline,
            on: self.time,
            { () async throws(BackendError) in try await work.attempt(in: backend, context) },
            ended: { self.state.withLock { $0.board.slotFreed(at: position) } }
        )
    }

    private func ended(
        _ ticket: RegionBoard.Ticket,
        _ failure: FailureClass?,
        _ isNeutral: Bool,
        _ name: StaticString,
        from began: MonotonicInstant,
        to now: MonotonicInstant,
        _ refund: Int?,
        freesSlot: Bool
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

    /// Tells that an attempt begins in another region than the one where the last attempt failed.
    private func tellFailover(_ kind: OperationKind, from last: Attempt?, to position: Int, at now: MonotonicInstant) {
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
    private func charge(for failure: FailureClass?) -> Int? {
        let cost =
            switch failure {
            case .throttled, .conflict, .overloaded: self.configuration.retry.throttleCost
            default: self.configuration.retry.faultCost
            }
        return self.state.withLock { $0.budget.spend(cost) } ? cost : nil
    }

    /// Waits for the back-off; answers with the moment after it.
    private func pause(
        _ operation: Operation,
        _ machine: AttemptMachine,
        _ failures: [Attempt],
        attempt: Int,
        at now: MonotonicInstant
    ) async throws(RegionError) -> MonotonicInstant {
        let random = self.state.withLock { $0.board.draw() }
        let until = now.advanced(byNanoseconds: self.backoff.wait(attempt: attempt, random: random))
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

// MARK: - Errors

extension FailoverEngine {
    private func giveUp(
        _ operation: Operation,
        _ machine: AttemptMachine,
        _ failures: [Attempt],
        _ error: BackendError? = nil,
        at now: MonotonicInstant
    ) -> RegionError {
        let last = failures.last
        let id = operation.kind == .write ? operation.id : nil
        if machine.outcomeIsUnknown {
            let message = "the write may or may not have been done; read the item, or repeat it with a condition"
            return RegionError(.outcomeUnknown, message, region: last?.region, operation: id, attempts: failures)
        }
        guard let last, let failure = last.failure else {
            return RegionError(
                .noEligibleRegion,
                "no region may be asked: \(self.reasons(operation, at: now))",
                region: operation.pinned,
                operation: id
            )
        }
        switch failure {
        case .rejected:
            return RegionError(
                last.code ?? .validation,
                last.message,
                region: last.region,
                operation: id,
                attempts: failures,
                storedItem: error?.storedItem
            )
        case .throttled, .conflict, .overloaded:
            return RegionError(
                ErrorCode(failure.rawValue),
                last.message,
                region: last.region,
                operation: id,
                attempts: failures
            )
        case .notSent, .unknownOutcome, .unavailable, .readOnly, .expired:
            let isLate = now >= operation.deadline || failure == .expired
            let regions = Self.causes(failures)
            return RegionError(
                isLate ? .deadlineExceeded : .unavailable,
                isLate
                    ? "no answer within the operation's deadline (\(regions))" : "no region could serve (\(regions))",
                region: operation.pinned,
                operation: id,
                attempts: failures
            )
        }
    }

    /// What failed in each region, once however often it was tried.
    private static func causes(_ failures: [Attempt]) -> String {
        failures.reduce(into: []) { (causes: inout [String], attempt) in
            let cause = "\(attempt.region): \(attempt.message)"
            if !causes.contains(cause) { causes.append(cause) }
        }.joined(separator: "; ")
    }

    /// The operation is ended from outside.
    private func interrupted(
        _ code: ErrorCode,
        _ reason: String,
        _ operation: Operation,
        _ machine: AttemptMachine,
        _ failures: [Attempt]
    ) -> RegionError {
        let isOpen = machine.outcomeIsUnknown
        return RegionError(
            isOpen ? .outcomeUnknown : code,
            isOpen ? "\(reason); the write may or may not have been done" : reason,
            region: isOpen ? failures.last?.region : nil,
            operation: operation.kind == .write ? operation.id : nil,
            attempts: failures
        )
    }

    private func cancelled(_ operation: Operation, _ machine: AttemptMachine, _ failures: [Attempt]) -> RegionError {
        self.interrupted(.cancelled, "the caller was cancelled", operation, machine, failures)
    }

    /// Why each region is not eligible.
    private func reasons(_ operation: Operation, at now: MonotonicInstant) -> String {
        let fenced = self.state.withLock { $0.board.fenced }
        return self.endpoints.indices.map { position in
            let reason =
                !operation.allowed.contains(position)
                ? "not allowed for this operation" : fenced.contains(position) ? "evacuated by hand" : "unhealthy"
            return "\(self.endpoints[position].region) is \(reason)"
        }.joined(separator: ", ")
    }
}
