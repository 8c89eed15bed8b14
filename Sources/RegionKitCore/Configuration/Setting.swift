/// One value of a ``StoreConfiguration`` that a file or the environment may give.
package struct Setting: Sendable {
    private enum Place {
        case duration(any WritableKeyPath<StoreConfiguration, Duration> & Sendable)
        case number(any WritableKeyPath<StoreConfiguration, Double> & Sendable)
        case count(any WritableKeyPath<StoreConfiguration, Int> & Sendable)
    }

    /// The object of the file that holds it; nil for the document itself.
    let section: String?
    /// Its name there.
    let name: String
    private let place: Place

    private init(_ section: String?, _ name: String, _ place: Place) {
        self.section = section
        self.name = name
        self.place = place
    }

    package static let all = [
        Setting(nil, "deadline", .duration(\.deadline)),
        Setting(nil, "attemptTimeout", .duration(\.attemptTimeout)),
        Setting("health", "checkInterval", .duration(\.health.checkInterval)),
        Setting("health", "failoverThreshold", .count(\.health.failoverThreshold)),
        Setting("health", "faultRatio", .number(\.health.faultRatio)),
        Setting("health", "latencyThreshold", .duration(\.health.latencyThreshold)),
        Setting("health", "recoveryThreshold", .count(\.health.recoveryThreshold)),
        Setting("health", "cooldown", .duration(\.health.cooldown)),
        Setting("health", "failbackDelay", .duration(\.health.failbackDelay)),
        Setting("health", "failbackSteps", .duration(\.health.failbackSteps)),
        Setting("retry", "baseBackoff", .duration(\.retry.baseBackoff)),
        Setting("retry", "maximumBackoff", .duration(\.retry.maximumBackoff)),
        Setting("retry", "maximumAttemptsPerRegion", .count(\.retry.maximumAttemptsPerRegion)),
        Setting("retry", "budget", .count(\.retry.budget)),
    ]

    private static let sections = ["health", "retry"]

    /// The names that an object of the file may have.
    private static func names(in section: String?) -> [String] {
        self.all.filter { $0.section == section }.map(\.name)
    }

    /// The names of a document's members that hold settings.
    package static var documentNames: [String] { self.names(in: nil) + self.sections }

    /// The settings that a document gives, by their paths.
    package static func fields(
        in document: [String: ConfigurationField]
    ) throws(ConfigurationError) -> [String: ConfigurationField] {
        var members: [String?: [String: ConfigurationField]] = [nil: document]
        for section in self.sections {
            members[section] = try document[section]?.members(self.names(in: section))
        }
        return self.all.reduce(into: [:]) { $0[$1.path] = members[$1.section]?[$1.name] }
    }

    /// Its path, as errors name it.
    package var path: String { (self.section.map { "\($0)." } ?? "") + self.name }

    /// Its environment variable without the prefix: `HEALTH_CHECK_INTERVAL`.
    var variable: String {
        self.path.reduce(into: "") { text, character in
            if character == "." || character.isUppercase { text += "_" }
            if character != "." { text += character.uppercased() }
        }
    }

    /// Stores what a field says.
    func read(_ field: ConfigurationField, into store: inout StoreConfiguration) throws(ConfigurationError) {
        switch self.place {
        case .duration(let place): store[keyPath: place] = try field.duration
        case .number(let place): store[keyPath: place] = try field.number
        case .count(let place): store[keyPath: place] = try field.integer
        }
    }
}
