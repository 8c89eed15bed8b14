internal import BackendRedis
internal import BackendSQLite
internal import RegionKitCore

extension OpenTable {
    /// Why regions are unfit, a sentence for each, and what faults they and the links between them pretend.
    func reasons(time: any TimeSource = SystemTime()) async throws -> [String] {
        let unfit = self.store.health().filter { $0.reads == .unhealthy || $0.writes == .unhealthy }.map(\.region)
        let endpoints = self.deployment.endpoints.filter { unfit.contains($0.region) && !($0.backend is BrokenBackend) }
        let limit = self.configuration.store.health.probeTimeout
        let reasons = await withTaskGroup(of: (Region, String?).self) { group in
            for endpoint in endpoints {
                let store = self.deployment.stores.first { $0.region == endpoint.region }
                group.addTask { (endpoint.region, await Self.reason(endpoint, store, within: limit)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try Task.checkCancellation()
        return endpoints.compactMap { endpoint in reasons[endpoint.region].map { "\(endpoint.region): \($0)" } }
            + self.faults(at: time.wallMilliseconds)
    }

    /// What a region answers to one more probe; nil when it is well by now.
    private static func reason(
        _ endpoint: RegionEndpoint,
        _ store: (any ReplicaStore)?,
        within limit: Duration
    ) async -> String? {
        let region = endpoint.region
        do throws(BackendError) {
            let report = try await endpoint.backend.probe(in: AttemptContext(within: limit))
            guard report.writable == false else { return nil }
            if let store, try await !store.status(in: AttemptContext(within: limit)).isReady {
                return """
                    notReady: it is new or has lost data, and takes writes when it has merged from a peer. When no peer \
                    can be reached soon, `regionctl adopt \(region)` lets it take writes without.
                    """
            }
            if let replica = endpoint.backend as? RedisReplica {
                let role = try await replica.role(in: AttemptContext(within: limit))
                return "it serves reads and takes no writes; its server is \(role)."
            }
            return "it serves reads and takes no writes."
        } catch {
            return error.message
        }
    }

    private func faults(at wallMilliseconds: Int64) -> [String] {
        self.configuration.regions.filter { $0.scheme == "sqlite" }.flatMap { location -> [String] in
            let path = SQLiteStore.path(of: location, in: self.configuration.folder)
            // A file that cannot be read is told elsewhere.
            guard let emulation = try? SQLiteEmulation.load(for: path) else { return [] }
            return FaultReport(region: location.region, emulation: emulation, wallMilliseconds: wallMilliseconds).notes
        }
    }
}
