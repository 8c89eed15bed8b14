internal import RegionKitCore

/// The form of a control file.
struct ControlFile: Codable {
    struct Link: Codable {
        var lagMs: Double?
        var jitterMs: Double?
        var cut: Bool?
        var reorder: Bool?
        var untilMs: Int64?
    }

    var fault: String?
    var delayMs: Double?
    var untilMs: Int64?
    var links: [String: Link]?
    var clockSkewMs: Double?

    init(_ emulation: SQLiteEmulation) {
        if let fault = emulation.fault {
            self.untilMs = fault.endMilliseconds
            switch fault.value {
            case .outage: self.fault = "outage"
            case .readOnly: self.fault = "read-only"
            case .slow(let delay):
                self.fault = "slow"
                self.delayMs = delay.milliseconds
            case .throttled: self.fault = "throttled"
            case .ambiguous: self.fault = "ambiguous"
            case .hang: self.fault = "hang"
            }
        }
        if !emulation.links.isEmpty {
            let links = emulation.links.map { ($0.key.name, Link($0.value)) }
            self.links = Dictionary(links) { first, _ in first }
        }
        if emulation.clockSkew != .zero { self.clockSkewMs = emulation.clockSkew.milliseconds }
    }

    /// What the file says, checked.
    var emulation: SQLiteEmulation {
        get throws {
            var emulation = SQLiteEmulation()
            if let fault = try self.checkedFault {
                emulation.fault = .init(fault, endMilliseconds: Self.end(self.untilMs))
            }
            for (name, link) in self.links ?? [:] {
                guard Region(name).isValid else {
                    throw ValidationError("A link leads to a region of an invalid name.")
                }
                let condition = LinkCondition(
                    lag: try Self.duration(link.lagMs ?? 0, of: "lagMs"),
                    jitter: try Self.duration(link.jitterMs ?? 0, of: "jitterMs"),
                    isCut: link.cut ?? false,
                    reorders: link.reorder ?? false
                )
                emulation.links[Region(name)] = .init(condition, endMilliseconds: Self.end(link.untilMs))
            }
            if let skew = self.clockSkewMs {
                let size = try Self.duration(skew.magnitude, of: "clockSkewMs")
                emulation.clockSkew = skew < 0 ? .zero - size : size
            }
            return emulation
        }
    }

    private var checkedFault: SQLiteEmulation.Fault? {
        get throws {
            switch self.fault {
            case nil: nil
            case "outage": .outage
            case "read-only": .readOnly
            case "slow": .slow(try Self.duration(self.delayMs ?? 1000, of: "delayMs"))
            case "throttled": .throttled
            case "ambiguous": .ambiguous
            case "hang": .hang
            default:
                throw ValidationError(
                    "\"fault\" is one of outage, read-only, slow, throttled, ambiguous and hang, or is missing."
                )
            }
        }
    }

    /// An end from 1970 to the year 9999: whoever computes with it shall not meet numbers that overflow.
    private static func end(_ milliseconds: Int64?) -> Int64? {
        milliseconds.map { min(max($0, 0), 253_402_300_799_999) }
    }

    private static func duration(_ milliseconds: Double, of field: String) throws(ValidationError) -> Duration {
        // A day is more than any test waits for, and is far from what a duration cannot hold.
        guard (0...86_400_000).contains(milliseconds) else {
            throw ValidationError("\"\(field)\" is a number of milliseconds from 0 to a day.")
        }
        return .microseconds(Int64(milliseconds * 1000))
    }
}

extension ControlFile.Link {
    init(_ link: SQLiteEmulation.Timed<LinkCondition>) {
        self.lagMs = link.value.lag.milliseconds
        self.jitterMs = link.value.jitter.milliseconds
        self.cut = link.value.isCut
        self.reorder = link.value.reorders
        self.untilMs = link.endMilliseconds
    }
}
