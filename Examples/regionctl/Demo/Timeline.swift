internal import RegionKitCore
internal import Synchronization

/// What happens in a demo, printed in order while it happens.
final class Timeline: RegionObserver {
    struct Entry: Sendable {
        var time: MonotonicInstant
        /// The event's name in `--json` output; nil: for people alone.
        var name: String?
        var region: Region?
        /// For an event that happens for reads and for writes.
        var kind: OperationKind?
        var details: [JSON.Member] = []
        /// For people; `{kinds}` stands for reads, writes or both.
        var text: String
        var style: Console.Style?
    }

    private struct State {
        var start: MonotonicInstant
        var entries: [Entry] = []
        var printed = 0
        /// Where operations of a kind have moved, and when.
        var routes: [OperationKind: (region: Region, time: MonotonicInstant)] = [:]
    }

    /// How long an event is held back, so that one that is told a little later but was earlier goes before it.
    private static let patience: Duration = .milliseconds(40)
    /// What happens after so many events is not kept.
    private static let limit = 10_000

    private let console: Console
    private let state: Mutex<State>

    init(_ console: Console, start: MonotonicInstant) {
        self.console = console
        self.state = Mutex(State(start: start))
    }

    /// From now on times count from here.
    func restart(at time: MonotonicInstant) {
        self.state.withLock { $0.start = time }
    }

    /// When something happened, in milliseconds since the start.
    func milliseconds(_ time: MonotonicInstant) -> Double {
        self.state.withLock { $0.start }.duration(to: time).milliseconds
    }

    func add(_ entry: Entry) {
        self.state.withLock { if $0.entries.count < Self.limit { $0.entries.append(entry) } }
    }

    func report(_ event: RegionEvent) {
        switch event.kind {
        case .statusChanged(let region, let kind, let from, let to) where to == .unhealthy || from == .unhealthy:
            let isBad = to == .unhealthy
            self.add(
                Entry(
                    time: event.time,
                    name: isBad ? "unhealthy" : "recovered",
                    region: region,
                    kind: kind,
                    text: "\(region) \(isBad ? "is unhealthy" : "is healthy again") for {kinds}",
                    style: isBad ? .red : .green
                )
            )
        case .routeChanged(let kind, let from, let to, let reason):
            self.state.withLock { $0.routes[kind] = (to, event.time) }
            self.add(
                Entry(
                    time: event.time,
                    name: "routeChanged",
                    region: to,
                    kind: kind,
                    details: [
                        JSON.Member(name: "from", value: .string(from.name)),
                        JSON.Member(name: "reason", value: .string(reason.rawValue)),
                    ],
                    text: "{kinds} now go to \(to) (\(reason.rawValue))",
                    style: .cyan
                )
            )
        case .monitorStalled(let pause):
            self.add(Entry(time: event.time, text: "health checks stood still for \(pause.brief)", style: .yellow))
        default: break
        }
    }

    /// When the last kind of operations moved to a region; nil while some kind goes elsewhere.
    func moved(to region: Region) -> MonotonicInstant? {
        self.state.withLock { state in
            let times = OperationKind.allCases.compactMap { kind in
                state.routes[kind].flatMap { $0.region == region ? $0.time : nil }
            }
            return times.count == OperationKind.allCases.count ? times.max() : nil
        }
    }

    /// Prints what has happened until now; all of it at the end.
    func print(at now: MonotonicInstant, isEnd: Bool = false) {
        let bound = isEnd ? now : now.advanced(by: .zero - Self.patience)
        let entries = self.state.withLock { state in
            state.entries[state.printed...].sort { $0.time < $1.time }
            let new = state.entries[state.printed...].prefix { $0.time <= bound }
            state.printed += new.count
            return new
        }
        // What happens for reads and writes at one time is one line.
        var rest = entries[...]
        while let entry = rest.popFirst() {
            let kinds = [entry] + rest.prefix { $0.kind != nil && $0.text == entry.text }
            rest = rest.dropFirst(kinds.count - 1)
            let names = kinds.compactMap { $0.kind.map { "\($0.rawValue)s" } }.sorted().joined(separator: " and ")
            let time = self.console.styled("\(Int(self.milliseconds(entry.time).rounded())) ms".aligned(to: 9), .dim)
            let text = entry.text.replacing("{kinds}", with: names)
            self.console.line("\(time)  \(self.console.styled(text, entry.style))")
        }
    }

    /// The named events in order.
    ///
    /// What happens for reads and for writes is one entry, at the time of the later, with both times: which of the two
    /// comes first is a matter of chance, and the same demo shall tell the same story.
    var json: JSON {
        let entries = self.state.withLock { $0.entries }
        var merged: [(entry: Entry, times: [OperationKind: Double])] = []
        for entry in entries.sorted(by: { $0.time < $1.time }) where entry.name != nil {
            let time = self.milliseconds(entry.time)
            guard let kind = entry.kind else {
                merged.append((entry, [:]))
                continue
            }
            let twin = merged.lastIndex {
                $0.entry.name == entry.name && $0.entry.region == entry.region && $0.entry.details == entry.details
                    && $0.times.count == 1 && $0.times[kind] == nil
            }
            var times = [kind: time]
            if let twin { times.merge(merged.remove(at: twin).times) { own, _ in own } }
            merged.append((entry, times))
        }
        return .array(merged.map { .object(self.members($0.entry, $0.times)) })
    }

    private func members(_ entry: Entry, _ times: [OperationKind: Double]) -> [JSON.Member] {
        let kinds = OperationKind.allCases.compactMap { kind in
            times[kind].map { JSON.Member(name: "\(kind.rawValue)sMs", value: .number($0)) }
        }
        return [
            JSON.Member(name: "ms", value: .number(self.milliseconds(entry.time))),
            JSON.Member(name: "event", value: .string(entry.name ?? "")),
            JSON.Member(name: "region", value: JSON(entry.region) { .string($0.name) }),
        ] + entry.details + kinds
    }
}
