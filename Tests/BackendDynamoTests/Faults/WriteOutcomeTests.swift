import RegionKitCore
import Synchronization
import Testing

@testable import BackendDynamo

/// Writes whose answer is lost, judged by the account of the service that did them.
struct WriteOutcomeTests {
    /// What happens to a write that has landed.
    enum Loss: CaseIterable, CustomTestStringConvertible {
        case serverError, unavailable, reset, half, closed, damaged, html

        var behaviour: StubBehaviour {
            switch self {
            case .serverError: .serverError(applied: true)
            case .unavailable: .refuse("ServiceUnavailable", 503, applied: true)
            case .reset: .resetWithin
            case .half: .closeWithin
            case .closed: .close(applied: true)
            case .damaged: .wrongChecksum
            case .html: .fault(502, "<html>Bad Gateway</html>", applied: true)
            }
        }

        /// How many answers to writes that were done are lost: the first two are promised for 1,000.
        var count: Int { self == .serverError || self == .reset ? 1000 : 200 }

        var testDescription: String { "\(self)" }
    }

    /// One write on an item of its own, and what the service does with each of its attempts.
    struct Trial: Sendable {
        /// What the stored item's number is before.
        static let before: AttributeValue = 7

        var number: Int

        var key: Key { Key(.string("trial-\(self.number)")) }
        var item: Item { ["id": self.key.partition, "n": Self.before] }
        var isPut: Bool { self.number % 3 == 0 }
        /// Whether there is an item, on which the condition of a put fails.
        var isStored: Bool { !self.isPut || self.number % 24 == 21 }
        /// Whether the write's condition holds.
        var holds: Bool { self.isPut ? !self.isStored : self.number % 24 != 22 }

        /// The attempts before the one whose answer is lost are refused; every fifth write loses none.
        func attempt(_ number: Int, _ loss: Loss) -> StubBehaviour {
            let refusals: [StubBehaviour] = [
                .refuse("ProvisionedThroughputExceededException"), .refuse("ReplicatedWriteConflictException"),
                .refuse("ResourceNotFoundException"), .refuse("ThrottlingException", 503),
            ]
            let count = self.number / 3 % 3
            if number < count { return refusals[(self.number + number) % refusals.count] }
            return number == count && self.number % 5 != 4 ? loss.behaviour : .answer
        }

        func run(in store: MultiRegionStore) async throws(RegionError) -> Routed<WriteResult> {
            let increment = Update().add("n", 1)
            if self.isPut {
                return try await store.put(["id": self.key.partition, "n": 8], if: !attribute("id").exists)
            } else if self.number % 3 == 1 {
                let expected: AttributeValue = self.holds ? Self.before : 6
                return try await store.update(self.key, increment, if: attribute("n") == expected, returning: .new)
            } else {
                return try await store.update(self.key, increment, returning: .new)
            }
        }

        /// Runs the trial and says what is wrong with its outcome; nil when nothing is.
        func fault(in stubs: StubDeployment) async throws -> String? {
            if self.isStored { try stubs.table.store(self.item) }
            let result: Result<Routed<WriteResult>, RegionError>
            do throws(RegionError) { result = .success(try await self.run(in: stubs.store)) } catch {
                result = .failure(error)
            }
            let operation: OperationID?
            switch result {
            case .success(let answer): operation = answer.operation
            case .failure(let error): operation = error.operation
            }
            guard let operation else { return "\(self): no operation is named: \(result)" }
            let applied = stubs.table.applications(of: operation)
            let number = stubs.table.item(self.key)?["n"]
            guard number == (applied == 0 ? (self.isStored ? Self.before : nil) : 8) else {
                return "\(self): the item is \(number as Any) after \(applied) writes"
            }
            let isTrue: Bool
            switch result {
            case .success(let answer): isTrue = applied == 1 && (self.isPut || answer.item?["n"] == number)
            case .failure(let error) where error.code == .outcomeUnknown:
                // Whoever asks afterwards, or reads, learns the truth.
                let found = try await stubs.store.get(self.key)
                let outcome = await stubs.store.resolve(operation)
                isTrue =
                    applied <= 1 && found.item?["n"] == number
                    && outcome == (applied == 1 ? .applied(found.version) : .stillUnknown)
            case .failure(let error) where error.code == .conditionFailed: isTrue = applied == 0 && !self.holds
            case .failure: isTrue = applied == 0
            }
            return isTrue ? nil : "\(self): \(applied) writes, and the caller was told \(result)"
        }
    }

    /// Counts the attempts of each trial and the answers that were lost.
    private final class Ledger: Sendable {
        private let state = Mutex<(attempts: [Key: Int], lost: Int)>(([:], 0))

        var lost: Int { self.state.withLock { $0.lost } }

        func behaviour(for arrival: StubService.Arrival, _ trial: Trial, _ loss: Loss) -> StubBehaviour {
            guard arrival.operation != .getItem else { return .answer }
            return self.state.withLock { state in
                let number = state.attempts[arrival.key] ?? 0
                state.attempts[arrival.key] = number + 1
                let behaviour = trial.attempt(number, loss)
                if behaviour.applies, trial.holds, trial.number % 5 != 4 { state.lost += 1 }
                return behaviour
            }
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Loss.allCases)
    func `F4 a conditional write that landed and failed is not done again, and its caller is told nothing wrong`(
        _ loss: Loss
    ) async throws {
        let ledger = Ledger()
        try await withStubs {
            // Hardly any write succeeds, and the budget would be gone.
            $0.retry.budget = 1_000_000
        } _: { stubs in
            for service in stubs.services {
                service.plan { arrival in
                    let number = arrival.key.partition.string.flatMap { Int($0.dropFirst("trial-".count)) } ?? 0
                    return ledger.behaviour(for: arrival, Trial(number: number), loss)
                }
            }
            let faults = try await withThrowingTaskGroup(of: [String].self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        var faults: [String] = []
                        for number in stride(from: worker, to: 2000, by: 4) where ledger.lost < loss.count {
                            if let fault = try await Trial(number: number).fault(in: stubs) { faults.append(fault) }
                        }
                        return faults
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(faults == [])
            #expect(stubs.table.repeated == [])
            #expect(ledger.lost >= loss.count, "\(ledger.lost)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a write whose kept connection closes before the answer reaches the service once an attempt`() async throws {
        let closed = Atomic(0)
        try await withStubs { configuration in
            // Health would end the test early.
            (configuration.health.failoverThreshold, configuration.health.minimumAttempts) = (10_000, 10_000)
        } _: { stubs in
            for service in stubs.services {
                service.plan { arrival in
                    guard arrival.numberOnConnection == 1 else { return .answer }
                    closed.add(1, ordering: .relaxed)
                    return .close(applied: (arrival.number / 2).isMultiple(of: 2))
                }
            }
            var attempts = 0
            while closed.load(ordering: .relaxed) < 1000 {
                let number = attempts
                do throws(RegionError) {
                    let item: Item = ["id": .string("put-\(number)"), "n": 1]
                    let answer =
                        number.isMultiple(of: 2)
                        ? try await stubs.store.put(item)
                        : try await stubs.store.update("counter", Update().add("n", 1))
                    attempts += answer.attempts.count
                } catch {
                    #expect(error.code == .outcomeUnknown)
                    attempts += error.attempts.count
                }
            }
            #expect(stubs.arrivals.reduce(0, +) == attempts)
        }
    }
}
