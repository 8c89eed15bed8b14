internal import RegionKitCore

/// A backend that tells the judge of each attempt and probe of one client in one region.
struct WatchedBackend: RegionBackend {
    let base: ReplicaBackend<SimulatedStore>
    let position: Int
    let client: Int
    let policy: any RoutingPolicy
    let network: SimulatedNetwork

    var capabilities: BackendCapabilities {
        var capabilities = self.base.capabilities
        capabilities.probesWrites = self.network.scenario.probesWrites
        return capabilities
    }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        let began = context.time.now
        let isPermitted = self.permits(request)
        self.network.judge {
            $0.attemptBegan(isPermitted: isPermitted, by: self.client, at: self.position, began)
        }
        do throws(BackendError) {
            let response = try await self.base.perform(request, in: context)
            self.ended(request.kind, nil, isProbe: false, began, context)
            return response
        } catch {
            self.ended(request.kind, error.failure, isProbe: false, began, context)
            throw error
        }
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        let began = context.time.now
        do throws(BackendError) {
            var report = try await self.base.probe(in: context)
            if !self.network.scenario.probesWrites { report.writable = nil }
            self.ended(.read, nil, isProbe: true, began, context)
            if let writable = report.writable {
                self.ended(.write, writable ? nil : .readOnly, isProbe: true, began, context)
            }
            return report
        } catch {
            self.ended(.read, error.failure, isProbe: true, began, context)
            if error.failure == .unavailable { self.ended(.write, error.failure, isProbe: true, began, context) }
            throw error
        }
    }

    func shutdown() async {}

    private func permits(_ request: BackendRequest) -> Bool {
        let schema = self.base.store.schema
        let routing = RoutingRequest(
            kind: request.kind,
            table: schema.name,
            partition: request.partition(in: schema),
            consistency: request.consistency
        )
        let regions = self.network.scenario.regions
        let snapshot = RegionSnapshot(regions: regions.map { RegionState(region: $0) })
        return self.policy.permitted(for: routing, of: RegionSet(first: regions.count), in: snapshot).contains(
            self.position
        )
    }

    private func ended(
        _ kind: OperationKind,
        _ failure: FailureClass?,
        isProbe: Bool,
        _ began: MonotonicInstant,
        _ context: AttemptContext
    ) {
        let now = context.time.now
        // One that is left behind at its deadline has timed out; one that is cancelled before says nothing.
        guard !Task.isCancelled || now >= context.deadline else { return }
        let failure = Task.isCancelled ? .unknownOutcome : failure
        self.network.judge {
            $0.attemptEnded(kind, failure, isProbe: isProbe, by: self.client, at: self.position, began, now)
        }
    }
}
