internal import RegionKitCore

/// A metric with the values of its dimensions.
enum MetricSeries: Hashable, Sendable {
    case latency(Region, operation: String)
    case failovers(from: Region, to: Region, reason: String)
    case health(Region)
    case lag(Region)

    /// The names that a dimension of a configuration's may not have: in the embedded format all names are members of one
    /// object.
    static let ownNames = [
        "Region", "Operation", "From", "To", "Reason", "RegionLatency", "FailoverCount", "RegionHealth",
        "ReplicationLag", "_aws",
    ]

    var name: String {
        switch self {
        case .latency: "RegionLatency"
        case .failovers: "FailoverCount"
        case .health: "RegionHealth"
        case .lag: "ReplicationLag"
        }
    }

    var unit: String {
        switch self {
        case .latency, .lag: "Milliseconds"
        case .failovers: "Count"
        case .health: "None"
        }
    }

    var dimensions: [(name: String, value: String)] {
        switch self {
        case .latency(let region, let operation): [("Region", region.name), ("Operation", operation)]
        case .failovers(let from, let to, let reason): [("From", from.name), ("To", to.name), ("Reason", reason)]
        case .health(let region), .lag(let region): [("Region", region.name)]
        }
    }

    /// Whether CloudWatch takes the dimensions' values.
    var isValid: Bool { self.dimensions.allSatisfy { Self.isText($0.value, limit: 255) } }

    /// Whether a text is what CloudWatch takes: printable ASCII, at least one character of it no space.
    static func isText(_ text: String, limit: Int) -> Bool {
        let bytes = text.utf8
        return bytes.count <= limit && bytes.allSatisfy { (0x20...0x7e).contains($0) } && bytes.contains { $0 != 0x20 }
    }
}
