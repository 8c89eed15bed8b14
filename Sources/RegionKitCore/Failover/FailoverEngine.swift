internal import Synchronization

/// The shell around ``RegionBoard`` and ``AttemptMachine``: performs attempts and reports their outcomes.
final class FailoverEngine: Sendable {
    struct State: Sendable {
        var board: RegionBoard
        var budget: RetryBudget
        var isClosed = false
    }

    /// The region that the next attempt is made in.
    struct Selection {
        var position: Int
        var isPanic: Bool
        var isUnhealthy: Bool
        /// The affinity that remembers the region when it serves, if any.
        var affinity: UInt64?
    }

    /// How the beginning of an attempt went.
    enum Beginning {
        case began(RegionBoard.Ticket)
        /// The region's bulkhead is full.
        case full
        /// The region was fenced, went down or got its trial since it was chosen.
        case overtaken
        /// The store was shut down.
        case closed
    }

    /// What stays the same over all attempts of one operation.
    struct Operation {
        var shape: AttemptMachine.Shape
        var request: RoutingRequest
        /// The regions that the caller and the policy permit.
        var allowed: RegionSet
        /// Those of the policy where they are not what it permits in general: the store's active regions neither
        /// bind the operation nor follow from it.
        var fence: RegionSet?
        /// Whether the caller named regions.
        var isRestricted: Bool
        var place: Double?
        /// What homes are remembered by; nil where they are not.
        var affinity: UInt64?
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
    /// Where attempts that are raced against the clock run; nil for the default.
    let executor: (any TaskExecutor)?
    let relays: [EventRelay]
    let state: Mutex<State>
    let unresolved = Mutex(UnresolvedWrites())

    let isPrimaryFirst: Bool
    /// What the policy permits operations without key.
    let permitted: PerKind<RegionSet>
    /// The regions' names: all that permission may follow from.
    let names: RegionSnapshot
    let capabilities: [BackendCapabilities]
    let defaultDeadline: Int64
    let attemptTimeout: Int64
    let backoff: Backoff

    init(
        schema: TableSchema,
        endpoints: [RegionEndpoint],
        policy: any RoutingPolicy,
        configuration: StoreConfiguration,
        relays: [EventRelay],
        time: any TimeSource,
        seed: UInt64,
        executor: (any TaskExecutor)?
    ) {
        self.schema = schema
        self.endpoints = endpoints
        self.policy = policy
        self.configuration = configuration
        self.relays = relays
        self.time = time
        self.executor = executor
        self.isPrimaryFirst = policy is PrimaryFirst
        let names = RegionSnapshot(regions: endpoints.map { RegionState(region: $0.region) })
        var permitted = PerKind(both: RegionSet(first: endpoints.count))
        for kind in OperationKind.allCases {
            let request = RoutingRequest(kind: kind, table: schema.name)
            permitted[kind] = policy.permitted(for: request, of: permitted[kind], in: names)
                .intersection(RegionSet(first: endpoints.count))
        }
        self.names = names
        self.permitted = permitted
        self.capabilities = endpoints.map { $0.backend.capabilities }
        self.defaultDeadline = configuration.deadline.wholeNanoseconds
        self.attemptTimeout = configuration.attemptTimeout.wholeNanoseconds
        self.backoff = Backoff(configuration.retry)
        let board = RegionBoard(
            regions: endpoints.map(\.region),
            configuration: configuration,
            seed: seed
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
        let now = self.time.now
        var operation = try self.operation(request, in: region, options, at: now)
        do throws(RegionError) {
            return try await self.run(RequestWork(request: request, result: result), &operation, at: now)
        } catch {
            if error.code == .outcomeUnknown { self.note(request, began: now, error) }
            throw error
        }
    }

    /// Performs work under the rules of failover.
    func run<Work: Attemptable>(
        _ work: Work,
        _ operation: inout Operation,
        at began: MonotonicInstant
    ) async throws(RegionError) -> Routed<Work.Success> {
        var now = began
        // An attempt would fail for want of time and count against a region that did nothing wrong.
        guard now < operation.deadline else {
            let message = "the deadline was over before the operation began: nothing was sent; give it more time"
            throw RegionError(.deadlineExceeded, message)
        }
        var machine = AttemptMachine(
            operation.shape,
            maximumAttemptsPerRegion: self.configuration.retry.maximumAttemptsPerRegion
        )
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
                    now = try await self.pause(operation, machine, failures, for: position, at: now)
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
                    let isCallersError = work.isCallersError(value)
                    let isNeutral = isCallersError || work.isNeutral
                    self.ended(
                        ticket,
                        nil,
                        isNeutral,
                        work.name,
                        from: began,
                        to: now,
                        isCallersError ? nil : spent,
                        freesSlot: !isRaced,
                        home: isNeutral ? nil : selection.affinity
                    )
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
                    let (failure, isNeutral) = (failure.failure, Task.isCancelled || work.isNeutral)
                    self.ended(ticket, failure, isNeutral, work.name, from: began, to: now, nil, freesSlot: !isRaced)
                }
            } else {
                error = BackendError(.overloaded, .overloaded, "too many operations are under way in this region")
            }
            if operation.kind == .write, let writer = error.writer {
                self.writesMoved(to: writer, within: operation.fence, at: now)
            }
            failures.append(Attempt(self.endpoints[position].region, error, began.duration(to: now), selection.isPanic))
            let step = machine.attemptFailed(
                error,
                at: position,
                deduplicates: !work.isCallersOwn && self.capabilities[position].deduplicatesWrites,
                generation: begun?.tickets.write.generation ?? 0
            )
            guard !Task.isCancelled else { throw self.cancelled(operation, machine, failures) }
            guard step != .fail, now < operation.deadline else {
                throw self.giveUp(operation, machine, failures, error, at: now)
            }
            staying = step == .stay ? position : nil
            if step == .followActive(refused: true), !work.isNeutral, let begun {
                self.state.withLock { $0.board.writesRefused(begun, now) }
            }
        }
    }
}
