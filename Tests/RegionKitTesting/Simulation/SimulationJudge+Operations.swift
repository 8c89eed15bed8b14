internal import RegionKitCore

// What callers see, and each attempt.
extension SimulationJudge {
    /// An operation begins; answers with the version that a read may not be older than.
    mutating func operationBegan(
        _ operation: SimulatedOperation,
        by number: Int,
        at now: MonotonicInstant
    ) -> Version? {
        self.report.operations += 1
        self.clients[number].operations += 1
        self.clients[number].inFlight += 1
        return self.truths[operation.key]?.acknowledged
    }

    mutating func operationEnded(
        _ operation: SimulatedOperation,
        _ result: Result<SimulatedOperation.Answer, RegionError>,
        by number: Int,
        expecting expected: Version?,
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
            self.latencies.append(UInt32(clamping: elapsed.wholeNanoseconds / 1000))
            let position = self.scenario.regions.firstIndex(of: answer.region) ?? 0
            let isStale = operation.kind == .read && answer.version ?? .oldest < expected ?? .oldest
            self.second(at: now) {
                $0.served[position] += 1
                if isStale { $0.stale += 1 }
            }
            if operation.kind == .read {
                self.report.reads += 1
                if isStale { self.report.staleReads += 1 }
            } else if let version = answer.version {
                self.report.acknowledgedWrites += 1
                self.truths[operation.key]?.acknowledge(version)
            }
            self.trace(UInt64(number), UInt64(position), answer.version?.timestamp.traceWord ?? 0, at: now)
        case .failure(let error) where error.code == .cancelled || Task.isCancelled:
            // Its process ended: there was nobody to see an error.
            self.report.operations -= 1
            self.trace(UInt64(number), at: now)
        case .failure(let error):
            self.report.errors += 1
            self.report.errorCodes[error.code, default: 0] += 1
            self.second(at: now) { $0.errors += 1 }
            self.check(error, at: now)
            self.trace(UInt64(number), UInt64(error.attempts.count), at: now)
        }
    }

    /// H10: nothing fails without a reason that names the regions.
    private mutating func check(_ error: RegionError, at now: MonotonicInstant) {
        if error.code == .noEligibleRegion {
            for region in self.scenario.regions where !error.message.contains(region.name) {
                self.violated("H10", "the error says nothing of \(region): \(error.message)", at: now)
            }
        } else if error.attempts.isEmpty || error.message.isEmpty {
            self.violated("H10", "an operation failed without attempt: \(error)", at: now)
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
        guard let failure, failure.isFault(for: kind) else { return }
        if !isProbe, let fault = self.firstFault, fault.region == self.name(position),
            now >= self.start.advanced(by: fault.start)
        {
            self.struck.insert(number)
        }
        let kinds = failure == .notSent || failure == .unknownOutcome ? OperationKind.allCases : [kind]
        for kind in kinds where began >= self.sight(number, kind, position).recovered ?? self.start {
            self.clients[number].sights[kind]?[position].faults += 1
        }
    }

    func sight(_ number: Int, _ kind: OperationKind, _ position: Int) -> Sight {
        self.clients[number].sights[kind]?[position] ?? Sight()
    }
}

extension SimulationJudge.Truth {
    mutating func acknowledge(_ version: Version) {
        self.acknowledged = max(self.acknowledged ?? version, version)
    }
}

extension Version {
    /// Older than any other.
    static var oldest: Version { Version(timestamp: .zero, origin: Origin(rawValue: 0)) }
}

extension HybridTimestamp {
    var traceWord: UInt64 { UInt64(bitPattern: self.milliseconds) << 16 ^ UInt64(self.counter) }
}
