internal import RegionKitCore

// What a client's store says of its regions, and what is done to them.
extension SimulationJudge {
    /// A client's process starts, or starts anew, and knows nothing.
    mutating func started(_ number: Int, at now: MonotonicInstant) {
        let regions = self.scenario.regions
        // A process has a budget of its own.
        if self.clients[number].outage != nil {
            self.outageChanged(false, for: number, at: now)
            self.outageChanged(true, for: number, at: now)
        }
        // Seconds that have passed keep what was true at their end.
        self.second(at: now) { _ in }
        for position in regions.indices where self.isUnhealthy(position, for: number) { self.unhealthy[position] -= 1 }
        self.clients[number].sights = [.read: regions.map { _ in Sight() }, .write: regions.map { _ in Sight() }]
        self.clients[number].evacuated = RegionSet()
        self.clients[number].restored = regions.map { _ in nil }
        self.clients[number].routeChanges = [:]
    }

    /// Operators took a region out, or gave it back.
    mutating func controlled(_ number: Int, at position: Int, isEvacuated: Bool, _ now: MonotonicInstant) {
        if isEvacuated {
            self.clients[number].evacuated.insert(position)
        } else {
            self.clients[number].evacuated.remove(position)
            self.clients[number].restored[position] = now
        }
    }

    /// A policy put a region first that nobody has measured, and would not if it were known to be slower than the other.
    mutating func unknownRanked(_ position: Int, before other: Int, by number: Int, at now: MonotonicInstant) {
        let message = "client \(number) found \(self.name(position)), unmeasured, faster than \(self.name(other))"
        self.violated("H6", message, at: now)
    }

    mutating func told(_ event: RegionEvent, by number: Int) {
        switch event.kind {
        case .statusChanged(let region, let kind, let before, let after):
            guard (before == .unhealthy) != (after == .unhealthy) else { return }
            guard let position = self.scenario.regions.firstIndex(of: region) else { return }
            self.statusChanged(kind, at: position, isUnhealthy: after == .unhealthy, by: number, event.time)
        case .routeChanged(let kind, let before, let after, let reason):
            guard let from = self.scenario.regions.firstIndex(of: before),
                let to = self.scenario.regions.firstIndex(of: after)
            else { return }
            self.routeChanged(kind, from: from, to: to, reason, by: number, event.time)
        case .eventsLost(let count):
            self.violated("O2", "client \(number) lost \(count) events", at: event.time)
        default: break
        }
    }

    private func isUnhealthy(_ position: Int, for number: Int) -> Bool {
        OperationKind.allCases.contains { self.sight(number, $0, position).isUnhealthy }
    }

    private mutating func statusChanged(
        _ kind: OperationKind,
        at position: Int,
        isUnhealthy: Bool,
        by number: Int,
        _ now: MonotonicInstant
    ) {
        // Seconds that have passed keep what was true at their end.
        self.second(at: now) { _ in }
        let before = self.isUnhealthy(position, for: number)
        var sight = self.sight(number, kind, position)
        if isUnhealthy {
            // H2, H3, H5: nothing but faults of attempts that began in this state make a region unhealthy, and no
            // fewer: several in a row, or a share of many, or the quick refusals of one write (F5).
            let health = self.scenario.configuration.health
            let recent = sight.faults.suffix(self.share).first.map { $0.duration(to: now) <= health.window } ?? false
            let refusals = sight.faults.suffix(3)
            let areRefusals =
                kind == .write && refusals.count == 3
                && refusals.first.map { $0.duration(to: now) <= self.scenario.configuration.deadline } ?? false
            if sight.consecutive < health.failoverThreshold, sight.faults.count < self.share || !recent, !areRefusals {
                let message = "client \(number) gave \(self.name(position)) up for \(kind)s without enough faults"
                self.violated("H5", message, at: now)
            }
            sight.isUnhealthy = true
            if self.firstFault?.region == self.name(position), self.fault.contains(now), self.left[number] == nil {
                self.left[number] = now
            }
        } else {
            sight = Sight(recovered: now)
        }
        self.clients[number].sights[kind]?[position] = sight
        let after = self.isUnhealthy(position, for: number)
        if before != after { self.unhealthy[position] += after ? 1 : -1 }
        let unhealthy = self.unhealthy[position]
        self.second(at: now) { $0.unhealthy[position] = unhealthy }
        self.trace(UInt64(number), UInt64(position), isUnhealthy ? 3 : 2, at: now)
    }

    private mutating func routeChanged(
        _ kind: OperationKind,
        from: Int,
        to: Int,
        _ reason: RegionEvent.RouteChangeReason,
        by number: Int,
        _ now: MonotonicInstant
    ) {
        self.report.routeChanges += 1
        if kind == .write { self.second(at: now) { $0.arrivals[to] += 1 } }
        if kind == .write, self.firstFault?.region == self.name(to), now >= self.fault.upperBound,
            self.left[number] != nil, self.returned[number] == nil
        {
            self.returned[number] = now
        }
        let recovered = self.sight(number, kind, to).recovered
        // Who restores a region by hand does not want to wait.
        let isRestored = self.clients[number].restored[to] ?? self.start > recovered ?? self.start
        if reason == .failback, let recovered, !isRestored {
            let healthy = recovered.duration(to: now)
            if healthy < self.scenario.configuration.health.failbackDelay {
                let message = "client \(number)'s \(kind)s were back in \(self.name(to)) after \(healthy) of health"
                self.violated("H8", message, at: now)
            }
        }
        let group = self.groups[number].name
        if let (region, clients, noticed) = self.flapping, clients ?? group == group, region == from || region == to,
            reason != .failback || now > noticed && !isRestored
        {
            let changes = self.clients[number].routeChanges
            let count = changes[kind, default: 0] + 1
            self.clients[number].routeChanges[kind] = count
            if count > 2 {
                self.violated("H11", "change \(count) of client \(number)'s \(kind)s while one flaps", at: now)
            }
            if reason == .failback, region == to {
                self.violated("H11", "client \(number)'s \(kind)s returned to \(self.name(to)) while it flaps", at: now)
            }
        }
        self.trace(UInt64(number), UInt64(from), UInt64(to), 4, at: now)
    }

    /// Other faults last from now on.
    mutating func faultsChanged(to faults: [ScenarioFault], at now: MonotonicInstant) {
        let health = self.scenario.configuration.health
        var flapping: (region: Int, clients: String?, noticed: MonotonicInstant)?
        // Where one region flaps alone, too slowly to be overlooked and too fast to be found healthy in between.
        if faults.count == 1, let region = faults[0].region, case .flapping(let period) = faults[0].kind,
            period >= health.recoveryProbeInterval * 2, health.failbackDelay > period * 2 + health.probeTimeout
        {
            // A return that was due may happen before the first break is noticed.
            flapping = self.scenario.regions.firstIndex(of: region)
                .map { ($0, faults[0].clients, now.advanced(by: period)) }
        }
        if flapping?.region != self.flapping?.region || flapping?.clients != self.flapping?.clients {
            self.flapping = flapping
            for number in self.clients.indices { self.clients[number].routeChanges = [:] }
        }
        let isOutage = Dictionary(
            uniqueKeysWithValues: self.scenario.clients.map { group in
                let lasting = faults.filter {
                    [.outage, .blackhole].contains($0.kind) && $0.clients ?? group.name == group.name
                }
                let isGone = self.scenario.regions.allSatisfy { region in
                    lasting.contains { $0.region ?? region == region }
                }
                return (group.name, isGone)
            }
        )
        for number in self.clients.indices {
            self.outageChanged(isOutage[self.groups[number].name] ?? false, for: number, at: now)
        }
    }

    /// F6: how much repetition a total outage causes.
    private mutating func outageChanged(_ isOutage: Bool, for number: Int, at now: MonotonicInstant) {
        let client = self.clients[number]
        guard isOutage != (client.outage != nil) else { return }
        guard let before = client.outage else {
            self.clients[number].outage = (now, client.operations, client.attempts, client.inFlight)
            return
        }
        self.clients[number].outage = nil
        let operations = client.operations - before.operations
        let extra = client.attempts - before.attempts - operations
        let others = self.scenario.regions.count - 1
        let bound = 0.05 * Double(operations) + Double(others * before.inFlight)
        self.report.outage.operations += operations
        self.report.outage.extraAttempts += extra
        self.report.outage.bound += bound
        // What a few operations may do beyond that: spend the budget, find each region gone, and try each as often as
        // its cool-down allows.
        let (health, retry) = (self.scenario.configuration.health, self.scenario.configuration.retry)
        let trials = 1 + Int(before.time.duration(to: now) / (health.cooldown * 0.8))
        let spent = retry.budget / max(1, min(retry.faultCost, retry.throttleCost))
        let allowance = spent + others * (health.failoverThreshold + trials)
        if Double(extra) > bound + Double(allowance) {
            let message = "\(extra) attempts more than the \(operations) operations in a total outage"
            self.violated("F6", message, at: now)
        }
    }

    /// H4: some time after the last fault, no client has a region that is stuck.
    mutating func recovered(_ number: Int, except stuck: [Region], at now: MonotonicInstant) {
        guard !stuck.isEmpty else { return }
        let names = stuck.map(\.name).joined(separator: ", ")
        self.violated("H4", "client \(number) never found \(names) healthy again", at: now)
    }
}
