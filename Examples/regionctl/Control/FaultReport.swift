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
        let links = self.links.map { target, link in
            let condition = link.value
            let parts = [
                condition.isCut ? "cut" : nil, condition.lag > .zero ? "lag \(condition.lag.brief)" : nil,
                condition.jitter > .zero ? "jitter \(condition.jitter.brief)" : nil,
            ]
            let text = parts.compactMap(\.self).joined(separator: ", ")
            return "\(self.region) to \(target): \(text)\(self.rest(link.endMilliseconds))"
        }
        return ["\(self.region): \(fault ?? "no fault")"] + links
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
        let rest = end - self.wallMilliseconds
        return rest > 0 ? ", \(Duration.milliseconds(rest).brief) more" : ", over by now"
    }
}
