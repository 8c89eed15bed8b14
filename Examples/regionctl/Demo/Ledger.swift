internal import RegionKitCore
internal import Synchronization
internal import Worksets

/// What clients were promised: every acknowledged write, and what the last one of each workset left behind.
final class Ledger: Sendable {
    struct Record: Sendable {
        /// The versions of its acknowledged writes.
        var versions: [Version] = []
        /// Whether a write ended without an answer, so that a region may hold it.
        var hasOpenWrite = false
        /// Attributes with the values that the acknowledged writes left; nil for none.
        var fields: [String: AttributeValue?] = [:]
        /// The states it went through.
        var history: [String] = []

        var state: WorksetState { WorksetState(rawValue: self.history.last ?? "") }

        /// Whether an item is what the acknowledged writes left: their fields, and a line of history for each state.
        func matches(_ item: Item) -> Bool {
            let history = (item["state_history"]?.list ?? []).map { $0.map?["state"]?.string }
            return history == self.history && item["state"]?.string == self.history.last
                && self.fields.allSatisfy { item[$0.key] == $0.value }
        }
    }

    private struct Entry {
        var record = Record()
        var isBusy = false
        var restsUntil: MonotonicInstant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var ids: [String] = []
        var generated = 0
    }

    /// How long a workset is left alone after it was used: longer than replication takes.
    private static let rest: Duration = .seconds(1)

    private let state = Mutex(State())

    /// Every workset that a write was tried for.
    var records: [String: Record] { self.state.withLock { $0.entries.mapValues(\.record) } }

    /// The name of the next generated workset.
    func nextGenerated() -> String {
        let number = self.state.withLock { state in
            state.generated += 1
            return state.generated
        }
        return "demo-" + String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)"
    }

    /// A workset chosen at random, to be read; nil while there is none.
    func anyone(using random: inout some RandomNumberGenerator) -> String? {
        self.state.withLock { $0.ids.randomElement(using: &random) }
    }

    /// A workset in a state that `fits`, for the caller alone until it is released; nil when a few looks find none.
    func claim(
        at now: MonotonicInstant,
        using random: inout some RandomNumberGenerator,
        where fits: (WorksetState) -> Bool = { _ in true }
    ) -> (id: String, record: Record)? {
        self.state.withLock { state in
            for _ in 0..<16 {
                guard let id = state.ids.randomElement(using: &random), let entry = state.entries[id] else {
                    return nil
                }
                guard !entry.isBusy, !entry.record.hasOpenWrite, entry.restsUntil <= now, fits(entry.record.state)
                else { continue }
                state.entries[id]?.isBusy = true
                return (id, entry.record)
            }
            return nil
        }
    }

    /// Others may use the workset again, after its rest.
    func release(_ id: String, at now: MonotonicInstant) {
        self.state.withLock { state in
            state.entries[id]?.isBusy = false
            state.entries[id]?.restsUntil = now.advanced(by: Self.rest)
        }
    }

    /// A client was told that its write was done.
    func acknowledged(
        _ id: String,
        _ version: Version?,
        fields: [String: AttributeValue?] = [:],
        state next: WorksetState? = nil,
        at now: MonotonicInstant
    ) {
        self.change(id, at: now) { record in
            // Without a version nobody can tell the write from others, so it cannot be found later: lost.
            record.versions.append(version ?? .unknown)
            record.fields.merge(fields) { _, new in new }
            if let next { record.history.append(next.rawValue) }
        }
    }

    /// A client was told nothing certain about its write; nobody uses the workset any more.
    func leftOpen(_ id: String, at now: MonotonicInstant) {
        self.change(id, at: now) { $0.hasOpenWrite = true }
    }

    private func change(_ id: String, at now: MonotonicInstant, _ body: (inout Record) -> Void) {
        self.state.withLock { state in
            if state.entries[id] == nil { state.ids.append(id) }
            body(&state.entries[id, default: Entry(restsUntil: now.advanced(by: Self.rest))].record)
        }
    }
}
