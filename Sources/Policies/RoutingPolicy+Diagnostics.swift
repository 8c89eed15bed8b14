public import RegionKitCore

extension RoutingPolicy {
    /// What in a deployment with this policy probably does not work as it is meant.
    ///
    /// The policy is asked about made-up regions, whatever its type. What it tells is likely, not proved.
    ///
    /// - Parameters:
    ///   - configuration: The deployment; its own policy is not looked at.
    ///   - health: What was measured, for what depends on it.
    public func diagnostics(
        for configuration: DeploymentConfiguration,
        health: [RegionHealth] = []
    ) -> [PolicyDiagnostic] {
        let store = configuration.store
        var found: [PolicyDiagnostic] = []
        if store.attemptTimeout > store.deadline {
            found.append(
                PolicyDiagnostic(
                    .longAttempts,
                    "an attempt may take \(store.attemptTimeout), longer than the deadline of \(store.deadline): a region "
                        + "that hangs leaves no time for another one",
                    fix: "set attemptTimeout well below the deadline, or leave it out"
                )
            )
        }
        if store.health.failbackDelay < store.health.recoveryProbeInterval {
            found.append(
                PolicyDiagnostic(
                    .hastyFailback,
                    "traffic returns \(store.health.failbackDelay) after a region recovered, sooner than the next probe "
                        + "(\(store.health.recoveryProbeInterval))",
                    fix: "set health.failbackDelay to at least \(store.health.recoveryProbeInterval)"
                )
            )
        }
        for region in health {
            guard let latency = region.latency, latency > store.health.latencyThreshold else { continue }
            found.append(
                PolicyDiagnostic(
                    .lowLatencyThreshold,
                    "\(region.region) answers in \(latency) on average, above the threshold of "
                        + "\(store.health.latencyThreshold): it is always degraded",
                    fix: "set health.latencyThreshold above \(latency)"
                )
            )
        }
        let regions = configuration.regions.map { RegionState(region: $0.region, latency: .milliseconds(10)) }
        let snapshot = RegionSnapshot(regions: Array(regions.prefix(RegionSet.capacity)))
        return found + self.permissionDiagnostics(configuration.schema.name, snapshot)
            + self.writeDiagnostics(configuration.schema.name, snapshot)
    }

    private func permissionDiagnostics(_ table: String, _ snapshot: RegionSnapshot) -> [PolicyDiagnostic] {
        let all = RegionSet(first: snapshot.regions.count)
        guard all.count > 1 else { return [] }
        let requests: [(String, RoutingRequest)] = [
            ("reads", RoutingRequest(kind: .read, table: table, consistency: .eventual)),
            ("consistent reads", RoutingRequest(kind: .read, table: table, consistency: .consistent)),
            ("writes", RoutingRequest(kind: .write, table: table)),
        ]
        return requests.compactMap { name, request in
            let permitted = self.permitted(for: request, of: all, in: snapshot).intersection(all)
            guard permitted.count < 2 else { return nil }
            guard let sole = permitted.first else {
                return PolicyDiagnostic(
                    .noFailover,
                    "no region is permitted for \(name): they all fail",
                    fix: "let the policy permit one of the store's regions, better two"
                )
            }
            return PolicyDiagnostic(
                .noFailover,
                "\(snapshot.regions[sole].region) alone is permitted for \(name): when it fails, they fail",
                fix: "let the policy permit a second region"
            )
        }
    }

    private func writeDiagnostics(_ table: String, _ snapshot: RegionSnapshot) -> [PolicyDiagnostic] {
        let all = RegionSet(first: snapshot.regions.count)
        var request = RoutingRequest(kind: .write, table: table)
        let permitted = self.permitted(for: request, of: all, in: snapshot).intersection(all)
        var byChance: Set<Int> = []
        var byLatency: Set<Int> = []
        func note(_ snapshot: RegionSnapshot, in choices: inout Set<Int>) {
            // As the engine does: what is not wanted goes to the first.
            let choice = self.choose(for: request, from: permitted, in: snapshot)
            if let position = choice ?? permitted.first { choices.insert(position) }
        }
        for number in 0..<64 as Range<UInt64> {
            request.random = StableHash.mix(number)
            note(snapshot, in: &byChance)
        }
        request.random = 0
        for fastest in permitted {
            var measured = snapshot
            measured.regions[fastest].latency = .milliseconds(1)
            for other in permitted where other != fastest {
                measured.regions[other].latency = .milliseconds(400)
                measured.regions[other].inFlight = 100
            }
            note(measured, in: &byLatency)
        }
        guard byChance.count > 1 || byLatency.count > 1 else { return [] }
        let cause = byLatency.count > 1 ? "what each process measures" : "chance"
        return [
            PolicyDiagnostic(
                .scatteredWrites,
                "the region of writes follows from \(cause): conditional writes of two processes may meet in different "
                    + "regions, and both succeed",
                fix: "let another policy choose for writes: read-write(\(self), primary-first)"
            )
        ]
    }
}
