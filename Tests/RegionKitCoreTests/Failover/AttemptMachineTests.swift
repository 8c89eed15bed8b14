import Testing

@testable import RegionKitCore

@Suite struct AttemptMachineTests {
    private typealias Step = AttemptMachine.Step

    private func steps(
        _ shape: AttemptMachine.Shape,
        _ failures: [FailureClass],
        deduplicates: Bool = false
    ) -> [AttemptMachine.Step] {
        var machine = AttemptMachine(shape, maximumAttemptsPerRegion: 4)
        return failures.map { failure in
            machine.attemptFailed(BackendError(failure, .unavailable, ""), at: 0, deduplicates: deduplicates)
        }
    }

    @Test(arguments: [
        (FailureClass.notSent, AttemptMachine.Step.move), (.unknownOutcome, .move), (.unavailable, .move),
        (.throttled, .stay), (.conflict, .stay), (.overloaded, .move), (.readOnly, .move), (.expired, .move),
        (.rejected, .fail),
    ])
    func `F2 what follows a failed read`(_ failure: FailureClass, _ step: AttemptMachine.Step) {
        #expect(self.steps(.read, [failure]) == [step])
    }

    @Test(arguments: [
        (FailureClass.notSent, AttemptMachine.Step.move), (.unknownOutcome, .move), (.unavailable, .move),
        (.readOnly, .move), (.throttled, .stay), (.conflict, .stay), (.overloaded, .move), (.expired, .move),
        (.rejected, .fail),
    ])
    func `F2 what follows a failed unconditional write`(_ failure: FailureClass, _ step: AttemptMachine.Step) {
        #expect(self.steps(.unconditionalWrite, [failure]) == [step])
    }

    @Test(arguments: [
        (FailureClass.notSent, AttemptMachine.Step.followActive(refused: false)),
        (.unavailable, .followActive(refused: false)), (.readOnly, .followActive(refused: false)),
        (.unknownOutcome, .fail), (.throttled, .stay), (.conflict, .stay), (.overloaded, .fail), (.expired, .stay),
        (.rejected, .fail),
    ])
    func `F5 what follows a failed conditional write`(_ failure: FailureClass, _ step: AttemptMachine.Step) {
        #expect(self.steps(.conditionalWrite, [failure]) == [step])
    }

    @Test func `F2 a throttled read backs off once in place, then moves`() {
        #expect(self.steps(.read, [.throttled, .throttled]) == [.stay, .move])
    }

    @Test func `F6 at most four attempts in one region`() {
        #expect(self.steps(.unconditionalWrite, [.throttled, .throttled, .throttled, .throttled]).last == .fail)
        #expect(self.steps(.conditionalWrite, [.conflict, .conflict, .conflict, .conflict]).last == .fail)
        #expect(self.steps(.conditionalWrite, [.unavailable, .notSent, .readOnly, .unavailable]).last == .fail)
    }

    @Test func `F5 three quick refusals move writes away`() {
        #expect(
            self.steps(.conditionalWrite, [.unavailable, .readOnly, .notSent]) == [
                .followActive(refused: false), .followActive(refused: false), .followActive(refused: true),
            ]
        )
    }

    @Test func `F5 conflicts and throttling are no refusals`() {
        #expect(
            self.steps(.conditionalWrite, [.conflict, .throttled, .unavailable]).last == .followActive(refused: false)
        )
    }

    @Test func `F5 refusals count for the region that gave them`() {
        var machine = AttemptMachine(.conditionalWrite, maximumAttemptsPerRegion: 4)
        let steps = [0, 0, 1].map { position in
            machine.attemptFailed(BackendError(.readOnly, .readOnly, ""), at: position, deduplicates: true)
        }
        #expect(steps.last == .followActive(refused: false))
    }

    @Test func `F5 H5 refusals count together only within one state of the region`() {
        var machine = AttemptMachine(.conditionalWrite, maximumAttemptsPerRegion: 10)
        let steps = ([1, 1, 2, 2, 2] as [UInt32]).map { generation in
            let error = BackendError(.readOnly, .readOnly, "")
            return machine.attemptFailed(error, at: 0, deduplicates: true, generation: generation)
        }
        #expect(steps.map { $0 == .followActive(refused: true) } == [false, false, false, false, true])
    }

    @Test(arguments: [ErrorCode.accessDenied, .unsupported, .notReady])
    func `F4 a refusal that came before the id was looked up settles nothing`(_ code: ErrorCode) {
        var machine = AttemptMachine(.conditionalWrite, maximumAttemptsPerRegion: 4)
        _ = machine.attemptFailed(BackendError(.unknownOutcome, .outcomeUnknown, ""), at: 1, deduplicates: true)
        _ = machine.attemptFailed(BackendError(.rejected, code, ""), at: 1, deduplicates: true)
        #expect(machine.outcomeIsUnknown)
    }

    @Test func `F4 an unknown conditional write is repeated only where ids are remembered, and only there`() {
        #expect(self.steps(.conditionalWrite, [.unknownOutcome, .notSent], deduplicates: true) == [.stay, .stay])
        #expect(self.steps(.conditionalWrite, [.unknownOutcome], deduplicates: false) == [.fail])
    }

    @Test func `F4 the outcome stays unknown until a region that remembers ids has settled it`() {
        var machine = AttemptMachine(.conditionalWrite, maximumAttemptsPerRegion: 4)
        _ = machine.attemptFailed(BackendError(.unknownOutcome, .outcomeUnknown, ""), at: 1, deduplicates: true)
        #expect(machine.outcomeIsUnknown)
        _ = machine.attemptFailed(BackendError(.rejected, .conditionFailed, ""), at: 1, deduplicates: true)
        #expect(!machine.outcomeIsUnknown)

        var elsewhere = AttemptMachine(.unconditionalWrite, maximumAttemptsPerRegion: 4)
        _ = elsewhere.attemptFailed(BackendError(.unknownOutcome, .outcomeUnknown, ""), at: 1, deduplicates: true)
        _ = elsewhere.attemptFailed(BackendError(.rejected, .accessDenied, ""), at: 2, deduplicates: true)
        #expect(elsewhere.outcomeIsUnknown, "another region cannot settle it")
    }

    @Test func `F4 the clock floor of a repetition is the highest ceiling seen`() {
        var machine = AttemptMachine(.unconditionalWrite, maximumAttemptsPerRegion: 4)
        for milliseconds in [5, 9, 7] as [Int64] {
            let ceiling = HybridTimestamp(milliseconds: milliseconds)
            let error = BackendError(.unknownOutcome, .outcomeUnknown, "", clockCeiling: ceiling)
            _ = machine.attemptFailed(error, at: Int(milliseconds), deduplicates: true)
        }
        #expect(machine.clockFloor == HybridTimestamp(milliseconds: 9))
    }

    @Test func `F8 limits of this process alone begin no further round`() {
        var machine = AttemptMachine(.read, maximumAttemptsPerRegion: 4)
        for position in 0..<3 {
            _ = machine.attemptFailed(BackendError(.overloaded, .overloaded, ""), at: position, deduplicates: false)
        }
        let again = machine.beginRound()
        #expect(!again)
    }

    @Test func `F6 a region that has had its attempts is in no further round`() {
        var machine = AttemptMachine(.read, maximumAttemptsPerRegion: 2)
        for position in [0, 0, 1] {
            _ = machine.attemptFailed(BackendError(.throttled, .throttled, ""), at: position, deduplicates: false)
        }
        _ = machine.attemptFailed(BackendError(.notSent, .unavailable, ""), at: 2, deduplicates: false)
        let again = machine.beginRound()
        #expect(again)
        #expect(machine.tried == [0])
    }

    @Test func `F3 a read goes to every region before one is asked again`() {
        var machine = AttemptMachine(.read, maximumAttemptsPerRegion: 2)
        for position in 0..<3 {
            _ = machine.attemptFailed(BackendError(.unavailable, .unavailable, ""), at: position, deduplicates: false)
        }
        #expect(machine.tried == [0, 1, 2])
        let again = machine.beginRound()
        #expect(again)
        #expect(machine.tried.isEmpty)
        for position in 0..<3 {
            _ = machine.attemptFailed(BackendError(.unavailable, .unavailable, ""), at: position, deduplicates: false)
        }
        let onceMore = machine.beginRound()
        #expect(!onceMore, "each region has had its attempts")
    }
}
