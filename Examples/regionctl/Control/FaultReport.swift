internal import BackendSQLite
internal import RegionKitCore

/// What a region pretends now.
struct FaultReport {
    let region: Region
    let emulation: SQLiteEmulation
    let wallMilliseconds: Int64

    var json: JSON {
        [
            "region": .string(self.region.name),
            "fault": JSON(self.fault) { .string($0.name) },
            "delayMs": JSON(self.fault?.delay) { .number($0.milliseconds) },
            "untilMs": JSON(self.emulation.fault?.endMilliseconds) { .integer(Int($0)) },
            "links": .array(
                self.links.map { target, link in
                    [
                        "to": .string(target.name),
                        "lagMs": .number(link.value.lag.milliseconds),
                        "jitterMs": .number(link.value.jitter.milliseconds),
                        "cut": .bool(link.value.isCut),
                        "untilMs": JSON(link.endMilliseconds) { .integer(Int($0)) },
                    ]
                }
            ),
        ]
    }

    var lines: [String] {
        let fault = self.fault.map { fault in
            "\(fault.name)\(fault.delay.map { " by \($0.brief)" } ?? "")\(self.rest(self.emulation.fault?.endMilliseconds))"
        }
        return ["\(self.region): \(fault ?? "no fault")"] + self.links.map(self.line)
    }

    /// The links whose time is not over, each with what ends it.
    var notes: [String] {
        self.links.filter { $0.1.endMilliseconds ?? .max > self.wallMilliseconds }.map { target, link in
            let command = "regionctl fault --link \(self.region):\(target) clear"
            return "\(self.line(target, link)); `\(command)` ends that."
        }
    }

    private func line(_ target: Region, _ link: SQLiteEmulation.Timed<LinkCondition>) -> String {
        let condition = link.value
        let parts = [
            condition.isCut ? "cut" : nil, condition.lag > .zero ? "lag \(condition.lag.brief)" : nil,
            condition.jitter > .zero ? "jitter \(condition.jitter.brief)" : nil,
        ]
        let text = parts.compactMap(\.self).joined(separator: ", ")
        return "\(self.region) to \(target): \(text)\(self.rest(link.endMilliseconds))"
    }

    private var fault: (name: String, delay: Duration?)? {
        switch self.emulation.fault?.value {
        case nil: nil
        case .outage: ("outage", nil)
        case .readOnly: ("read-only", nil)
        case .slow(let delay): ("slow", delay)
        case .throttled: ("throttled", nil)
        case .ambiguous: ("ambiguous", nil)
        case .hang: ("hang", nil)
        }
    }

    private var links: [(Region, SQLiteEmulation.Timed<LinkCondition>)] {
        self.emulation.links.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func rest(_ end: Int64?) -> String {
        guard let end else { return "" }
        guard end > self.wallMilliseconds else { return ", over by now" }
        let (rest, isBeyond) = end.subtractingReportingOverflow(self.wallMilliseconds)
        return ", \(Duration.milliseconds(isBeyond ? .max : rest).brief) more"
    }
}
