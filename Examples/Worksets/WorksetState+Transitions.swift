extension WorksetState {
    /// The legal next states of each state.
    ///
    /// A state is never its own successor: of two workers that both move a workset to `in_progress`, one fails.
    public static let transitions: [WorksetState: Set<WorksetState>] = [
        .ready: [.locked, .inProgress, .error, .ignored, .archived, .deleted],
        .locked: [.ready, .inProgress, .error, .ignored],
        .inProgress: [.ready, .complete, .error, .retrying, .failed],
        .error: [.ready, .retrying, .failed, .ignored, .archived, .deleted],
        .retrying: [.ready, .locked, .inProgress, .error, .failed, .ignored, .archived, .deleted],
        .complete: [.archived, .deleted],
        .failed: [.ignored, .archived, .deleted],
        .ignored: [.ready, .archived, .deleted],
        .archived: [.ready, .deleted],
        .deleted: [],
    ]

    /// Whether a workset may go from this state to `next` without `force`.
    public func isLegal(to next: WorksetState) -> Bool {
        Self.transitions[self]?.contains(next) ?? false
    }

    /// The states that a workset may come from to this one, in the order of ``allCases``.
    var predecessors: [WorksetState] {
        Self.allCases.filter { $0.isLegal(to: self) }
    }
}
