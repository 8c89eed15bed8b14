import Testing
import Worksets

struct WorksetStateTests {
    @Test
    func `the states are stored under the names that existing tables use`() {
        #expect(
            WorksetState.allCases.map(\.rawValue) == [
                "ready", "locked", "in_progress", "complete", "error", "ignored", "retrying", "failed", "archived",
                "deleted",
            ]
        )
        #expect(WorksetPriority.allCases.map(\.rawValue) == ["urgent", "normal", "low"])
    }

    @Test(arguments: WorksetState.allCases)
    func `no state is its own successor, and only deleted is final`(state: WorksetState) {
        #expect(!state.isLegal(to: state))
        #expect(WorksetState.transitions[state]?.isEmpty == (state == .deleted))
    }

    @Test(arguments: [
        (WorksetState.ready, WorksetState.inProgress, true), (.inProgress, .complete, true),
        (.inProgress, .retrying, true), (.retrying, .ready, true), (.error, .retrying, true),
        (.complete, .archived, true), (.archived, .ready, true), (.ready, .complete, false),
        (.complete, .ready, false), (.failed, .ready, false), (.deleted, .ready, false),
        (.init(rawValue: "queued"), .ready, false), (.ready, .init(rawValue: "queued"), false),
    ])
    func `the table of transitions says what is legal`(from: WorksetState, to: WorksetState, legal: Bool) {
        #expect(from.isLegal(to: to) == legal)
    }

    @Test
    func `every state can be reached from another`() {
        let reached = WorksetState.transitions.values.reduce(into: Set()) { $0.formUnion($1) }
        #expect(reached.isSuperset(of: WorksetState.allCases))
        #expect(WorksetState.transitions.count == WorksetState.allCases.count)
    }
}
