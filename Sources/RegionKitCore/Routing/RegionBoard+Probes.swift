// When regions are probed, and what a probe says.
extension RegionBoard {
    /// When a region should be probed next.
    func probeDue(_ position: Int) -> MonotonicInstant {
        let record = self.records[position]
        guard let lastProbe = record.lastProbe else { return MonotonicInstant(nanoseconds: .min) }
        let recovery = self.configuration.recoveryProbeInterval.wholeNanoseconds
        // What waits for its traffic is watched closely, however long the other kind is left alone.
        let due = OperationKind.allCases.compactMap { kind -> MonotonicInstant? in
            if self.ramping[kind].contains(position) { return lastProbe }
            let machine = self.health[kind][position]
            return machine.isClosed ? nil : machine.trialDue ?? lastProbe
        }
        let interval = Int64(Double(self.configuration.checkInterval.wholeNanoseconds) * record.probeJitter)
        let regular = max(lastProbe, record.lastProved ?? lastProbe).advanced(byNanoseconds: interval)
        guard let due = due.min() else { return regular }
        // Nor is a kind that is in use forgotten while the other is left alone.
        let isUsed = OperationKind.allCases.contains { self.health[$0][position].isClosed }
        return max(isUsed ? min(due, regular) : due, lastProbe.advanced(byNanoseconds: recovery))
    }

    /// A probe begins; it takes the trials that are offered.
    mutating func probeBegan(_ position: Int, at now: MonotonicInstant) -> Ticket {
        var tickets = PerKind(both: HealthMachine.Ticket(generation: 0, isTrial: false))
        for kind in OperationKind.allCases {
            tickets[kind] = self.health[kind][position].attemptBegan(at: now)
        }
        self.records[position].lastProbe = now
        self.records[position].probeJitter = 0.9 + 0.2 * self.jitter()
        return Ticket(position: position, kind: .read, tickets: tickets)
    }

    /// A probe ended.
    mutating func probeEnded(
        _ ticket: Ticket,
        _ result: Result<ProbeReport, BackendError>,
        isCancelled: Bool = false,
        latencyNanoseconds: Int64,
        at now: MonotonicInstant
    ) {
        var signals = PerKind(both: HealthMachine.Signal.neutral)
        switch result {
        case .success(let report):
            signals.read = .success
            if let writable = report.writable { signals.write = writable ? .success : .fault }
            if let lag = report.replicationLag { self.snapshot.regions[ticket.position].replicationLag = lag }
        case .failure(let error) where !isCancelled:
            signals.read = Self.signal(error.failure, for: .read)
            signals.write = signals.read == .success ? .neutral : Self.signal(error.failure, for: .write)
        case .failure:
            break
        }
        if signals.read == .success { self.records[ticket.position].lastProved = now }
        self.records[ticket.position].lastCheck = now
        self.record(ticket, .read, signals.read, latencyNanoseconds, at: now)
        self.record(ticket, .write, signals.write, nil, at: now)
    }

    /// Notes a replication lag that was measured elsewhere.
    mutating func lagMeasured(_ lag: Duration, at position: Int) {
        self.snapshot.regions[position].replicationLag = lag
    }
}
