internal import RegionKitCore

// What scenario files have and deployment files have not.
extension ConfigurationField {
    func duration(
        in range: ClosedRange<Duration>,
        _ allowed: String
    ) throws(ConfigurationError) -> Duration {
        let duration = try self.duration
        guard range.contains(duration) else { throw self.error(allowed) }
        return duration
    }

    func positiveDuration() throws(ConfigurationError) -> Duration {
        try self.duration(in: .nanoseconds(1)...Scenario.day, "above 0s and at most 24h")
    }

    /// A duration that may have a minus before it, and is not zero.
    func signedDuration() throws(ConfigurationError) -> Duration {
        guard case .string(let text) = self.value, text.hasPrefix("-") else { return try self.positiveDuration() }
        guard let duration = Duration(text: String(text.dropFirst())), duration > .zero, duration <= Scenario.day else {
            throw self.error("a number with a unit, for example \"30s\" or \"-30s\", of at most 24h and not zero")
        }
        return .zero - duration
    }

    func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let number = try self.integer
        guard range.contains(number) else { throw self.error("\(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    func share() throws(ConfigurationError) -> Double {
        let number = try self.number
        guard (0...1).contains(number) else { throw self.error("a number from 0 to 1") }
        return number
    }

    func text(upTo limit: Int) throws(ConfigurationError) -> String {
        let text = try self.text
        guard text.count <= limit else { throw self.error("a text of at most \(limit) characters") }
        return text
    }

    func region(of regions: [Region]) throws(ConfigurationError) -> Region {
        try self.choice(regions.map { ($0.name, $0) })
    }
}
