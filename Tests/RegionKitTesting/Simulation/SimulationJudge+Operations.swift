internal import RegionKitCore

// What callers see, and each attempt.
extension SimulationJudge {
    /// An operation begins; answers with what a read may not be older than.
    mutating func operationBegan(
        _ operation: SimulatedOperation,
        by number: Int,
        at now: MonotonicInstant
    ) -> Expectation? {
        self.report.operations += 1
        self.clients[number].operations += 1
        self.clients[number].inFlight += 1
        guard operation.kind == .read, let truth = self.truths[operation.key] else { return nil }
        return Expectation(anywhere: truth.acknowledged, inRegion: truth.local)
    }

    /// An operation's process ended before it: there was nobody to get an answer.
    mutating func operationDied(by number: Int, at now: MonotonicInstant) {
        self.clients[number].inFlight -= 1
        self.report.operations -= 1
        self.trace(UInt64(number), at: now)
    }

    mutating func operationEnded(
        _ operation: SimulatedOperation,
        _ result: Result<SimulatedOperation.Answer, RegionError>,
        by number: Int,
        _ permitted: RegionSet,
        _ expected: Expectation?,
        from began: MonotonicInstant,
        to now: MonotonicInstant
    ) {
        self.clients[number].inFlight -= 1
        let elapsed = began.duration(to: now)
        if elapsed > self.scenario.configuration.deadline + .milliseconds(50) {
            self.violated("F1", "\(operation.kind) of client \(number) took \(elapsed)", at: now)
        }
        switch result {
        case .success(let answer):
            self.report.repeats += answer.attempts - 1
            self.latencies.append(UInt32(clamping: elapsed.wholeNanoseconds / 1000))
            let position = self.scenario.regions.firstIndex(of: answer.region) ?? 0
            let isStale = operation.kind == .read && answer.version ?? .oldest < expected?.anywhere ?? .oldest
            self.second(at: now) {
                $0.served[position] += 1
                if isStale { $0.stale += 1 }
            }
            if operation.kind == .read {
                self.report.reads += 1
                if isStale { self.report.staleReads += 1 }
                let wanted = expected?.inRegion[position] ?? .oldest
                if operation.action == .get(.consistent), answer.version ?? .oldest < wanted {
                    let message = "\(answer.region) answered a consistent read older than what it had acknowledged"
                    self.violated("C2", message, at: now)
                }
            } else if let version = answer.version {
                self.report.acknowledgedWrites += 1
                self.truths[operation.key]?.acknowledge(version, at: position)
            }
            self.trace(UInt64(number), UInt64(position), answer.version?.timestamp.traceWord ?? 0, at: now)
        case .failure(let error):
            self.report.repeats += max(0, error.attempts.count - 1)
            self.report.errors += 1
            self.report.errorCodes[error.code, default: 0] += 1
            self.second(at: now) { $0.errors += 1 }
            self.check(error, of: operation, by: number, permitted, from: began, to: now)
            self.trace(UInt64(number), UInt64(error.attempts.count), at: now)
        }
    }

    /// Nothing fails without a reason that names the regions (H10), and no read while a region is left that it was not
    /// tried in (F2).
    private mutating func check(
        _ error: RegionError,
        of operation: SimulatedOperation,
        by number: Int,
        _ permitted: RegionSet,
        from began: MonotonicInstant,
        to now: MonotonicInstant
    ) {
        if error.code == .noEligibleRegion {
            for region in self.scenario.regions where !error.message.contains(region.name) {
                self.violated("H10", "the error says nothing of \(region): \(error.message)", at: now)
            }
        } else if error.attempts.isEmpty || error.message.isEmpty {
            self.violated("H10", "an operation failed without attempt: \(error)", at: now)
        }
        guard operation.kind == .read, error.code == .unavailable || error.code == .noEligibleRegion else { return }
        for position in permitted where !self.clients[number].evacuated.contains(position) {
            let sight = self.sight(number, .read, position)
            let wasLeft = !sight.isUnhealthy && sight.recovered ?? self.start < began
            if wasLeft, self.clients[number].restored[position] ?? self.start < began,
                !error.attempts.contains(where: { $0.region == self.name(position) })
            {
                self.violated("F2", "a read failed although \(self.name(position)) was left: \(error)", at: now)
            }
        }
    }

    mutating func attemptBegan(
        isPermitted: Bool,
        by number: Int,
        at position: Int,
        _ now: MonotonicInstant
    ) {
        if !self.isOver { self.report.attempts += 1 }
        self.clients[number].attempts += 1
        self.second(at: now) { $0.attempts[position] += 1 }
        if self.clients[number].evacuated.contains(position) {
            self.violated("R2", "client \(number) asked \(self.name(position)), which was evacuated", at: now)
        }
        if !isPermitted {
            self.violated("R2", "client \(number) asked \(self.name(position)), which the policy forbids", at: now)
        }
        self.trace(UInt64(number), UInt64(position), 1, at: now)
    }

    /// An attempt ended, or a probe; `failure` is nil on success.
    mutating func attemptEnded(
        _ kind: OperationKind,
        _ failure: FailureClass?,
        isProbe: Bool,
        by number: Int,
        at position: Int,
        _ began: MonotonicInstant,
        _ now: MonotonicInstant
    ) {
        guard let failure, failure.isFault(for: kind) else {
            let isSuccess = failure.map(\.provesHealth) ?? true
            if isSuccess, began >= self.sight(number, kind, position).recovered ?? self.start {
                self.clients[number].sights[kind]?[position].consecutive = 0
            }
            return
        }
        if !isProbe, self.firstFault?.region == self.name(position), self.fault.contains(now) {
            self.struck.insert(number)
        }
        let share = self.share
        let kinds = failure == .notSent || failure == .unknownOutcome ? OperationKind.allCases : [kind]
        for kind in kinds where began >= self.sight(number, kind, position).recovered ?? self.start {
            self.clients[number].sights[kind]?[position].failed(at: now, keeping: share)
        }
    }

    /// How many faults within the window make a region unhealthy, at least.
    var share: Int {
        let health = self.scenario.configuration.health
        return Int((health.faultRatio * Double(health.minimumAttempts)).rounded(.up))
    }

    func sight(_ number: Int, _ kind: OperationKind, _ position: Int) -> Sight {
        self.clients[number].sights[kind]?[position] ?? Sight()
    }
}

extension SimulationJudge.Sight {
    fileprivate mutating func failed(at now: MonotonicInstant, keeping count: Int) {
        self.consecutive += 1
        self.faults.append(now)
        if self.faults.count > max(3, count) { self.faults.removeFirst() }
    }
}

extension SimulationJudge.Truth {
    fileprivate mutating func acknowledge(_ version: Version, at position: Int) {
        self.acknowledged = max(self.acknowledged ?? version, version)
        self.local[position] = max(self.local[position] ?? version, version)
    }
}

extension Version {
    /// Older than any other.
    static var oldest: Version { Version(timestamp: .zero, origin: Origin(rawValue: 0)) }
}

extension HybridTimestamp {
    var traceWord: UInt64 { UInt64(bitPattern: self.milliseconds) << 16 ^ UInt64(self.counter) }
}
