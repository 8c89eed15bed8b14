internal import RegionKitCore
internal import RegionKitTesting

/// A scenario's faults as bars with labels, packed in rows so that none hides another.
struct FaultBars {
    struct Bar {
        let start: Double
        let end: Double
        let row: Int
        let label: String
        let labelPlace: Double
        let anchor: Drawing.Anchor
    }

    private static let maximumRows = 12

    private(set) var all: [Bar] = []
    private(set) var rows = 0
    /// How many have no room.
    private(set) var hidden = 0
    /// Where faults begin and end; none where there are too many.
    private(set) var edges: [Double] = []

    init(_ scenario: Scenario, seconds: Int, from left: Double, to right: Double) {
        let width = right - left
        func x(_ time: Duration) -> Double {
            left + width * min(1, max(0, time.milliseconds / 1000 / Double(seconds)))
        }
        var ends: [Double] = []
        for fault in scenario.faults.sorted(by: { $0.start < $1.start }) {
            let start = min(x(fault.start), right - 3)
            let isMoment = fault.kind == .clientRestart
            let end = isMoment ? start + 3 : max(start + 3, fault.duration.map { x(fault.start + $0) } ?? right)
            let bar = Self.place(Self.label(of: fault), start, end, left, right)
            guard
                let row = ends.firstIndex(where: { $0 + 6 < bar.from })
                    ?? (ends.count < Self.maximumRows ? ends.count : nil)
            else {
                self.hidden += 1
                continue
            }
            if row == ends.count { ends.append(0) }
            ends[row] = bar.to
            self.all.append(
                Bar(start: start, end: end, row: row, label: bar.label, labelPlace: bar.place, anchor: bar.anchor)
            )
        }
        self.rows = ends.count
        let edges = Set(self.all.flatMap { [$0.start, $0.end] }).subtracting([left, right]).sorted()
        self.edges = edges.count <= 12 ? edges : []
    }

    /// A label's place: within its bar, else beside it where there is more room; and from where to where both reach.
    private static func place(
        _ label: String,
        _ start: Double,
        _ end: Double,
        _ left: Double,
        _ right: Double
    ) -> (label: String, place: Double, anchor: Drawing.Anchor, from: Double, to: Double) {
        if Drawing.width(of: label, size: 11) + 10 <= end - start { return (label, start + 5, .start, start, end) }
        let isRight = right - end >= start - left
        let label = Drawing.cut(label, to: (isRight ? right - end : start - left) - 6, size: 11)
        let width = Drawing.width(of: label, size: 11) + 5
        return isRight
            ? (label, end + 5, .start, start, end + width) : (label, start - 5, .end, start - width, end)
    }

    /// For example `errors 20 %, us-east-1, clients oregon`.
    static func label(of fault: ScenarioFault) -> String {
        let value =
            switch fault.kind {
            case .slow(let time), .lateWrites(let time), .flapping(let time), .linkLag(let time): " \(time.brief)"
            case .clockSkew(let time): time < .zero ? " −\((.zero - time).brief)" : " +\(time.brief)"
            case .errors(let share), .throttled(let share): " \(JSON.number(share * 100)) %"
            default: ""
            }
        let isLink = fault.kind.name.hasPrefix("link-")
        let place = fault.region?.name ?? (fault.kind == .clientRestart ? nil : "all regions")
        let peer = isLink ? " → \(fault.peer?.name ?? "all others")" : ""
        return [fault.kind.name + value, place.map { $0 + peer }, fault.clients.map { "clients \($0)" }]
            .compactMap(\.self).joined(separator: ", ")
    }
}
