public import RegionKitCore

// Errors name the field, what was found and what is allowed.
extension Scenario {
    static let day = Duration.seconds(86_400)
    private static let maximumSize = 1 << 20
    private static let maximumOperations = 5_000_000.0

    /// Reads a scenario from a file.
    ///
    /// - Throws: ``ConfigurationError`` when the file cannot be read, or for the first field that cannot work.
    public static func load(_ path: String) throws(ConfigurationError) -> Scenario {
        do throws(ConfigurationError) {
            return try Self(json: try ConfigurationFile.contents(of: path, limit: Self.maximumSize))
        } catch {
            throw ConfigurationError(field: error.field, error.message, file: path)
        }
    }

    /// Reads a scenario: a JSON object with `name`, `duration`, `regions`, `clients`, and whatever else is not the
    /// default.
    ///
    /// Its settings `deadline`, `attemptTimeout`, `health` and `retry` are those of a deployment's configuration. Limits:
    /// 1 MiB, 1 to 16 regions, 10,000 clients in all, 1,000 faults, 24 hours, 5,000,000 operations.
    ///
    /// - Parameter json: The document, UTF-8.
    /// - Throws: ``ConfigurationError`` for the first field that cannot work, or that is not known.
    public init(json: [UInt8]) throws(ConfigurationError) {
        guard json.count <= Self.maximumSize else {
            throw ConfigurationError(field: "the document", "it has more than 1 MiB")
        }
        let root = try ConfigurationField(document: json)
        let fields = try root.members(
            [
                "name", "about", "duration", "regions", "clients", "load", "replication", "probesWrites",
                "honoursDeadlines",
                "connectionLife", "faults",
            ]
                + Setting.documentNames
        )
        let duration = try fields.required(
            "duration",
            in: root,
            "how long clients send operations, for example \"10m\""
        )
        .positiveDuration()
        let regions = try Self.regions(try fields.required("regions", in: root, "a list of regions' names"))
        let clients = try Self.clients(
            try fields.required("clients", in: root, "a list of groups, each with name, count, rate and latency"),
            regions,
            duration
        )
        self.init(
            name: try fields.required("name", in: root, "the scenario's name").text(upTo: 100),
            about: try fields["about"]?.text(upTo: 2000) ?? "",
            duration: duration,
            regions: regions,
            clients: clients
        )
        if let load = fields["load"] { self.load = try Load(load) }
        if let replication = fields["replication"] { try self.setReplication(replication) }
        if let life = fields["connectionLife"] {
            self.connectionLife = try life.duration(in: .milliseconds(100)...Self.day, "from 100ms to 24h")
        }
        if let probes = fields["probesWrites"] { self.probesWrites = try probes.bool }
        if let deadlines = fields["honoursDeadlines"] { self.honoursDeadlines = try deadlines.bool }
        if let faults = fields["faults"] { try self.setFaults(faults) }
        var hasAttemptTimeout = false
        try self.configuration.read(try Setting.fields(in: fields), hasAttemptTimeout: &hasAttemptTimeout)
        try self.validate()
    }

    private static func regions(_ list: ConfigurationField) throws(ConfigurationError) -> [Region] {
        var regions: [Region] = []
        for element in try list.elements {
            let region = Region(try element.text)
            guard region.isValid else { throw element.error("1 to 63 of a-z, 0-9 and -, not starting with -") }
            guard !regions.contains(region) else {
                throw ConfigurationError(field: element.path, "\(region) is listed twice; names must differ")
            }
            regions.append(region)
        }
        guard (1...16).contains(regions.count) else {
            throw ConfigurationError(field: list.path, "found \(regions.count) regions; allowed is 1 to 16")
        }
        return regions
    }

    private static func clients(
        _ list: ConfigurationField,
        _ regions: [Region],
        _ duration: Duration
    ) throws(ConfigurationError) -> [Clients] {
        var groups: [Clients] = []
        var (names, count, operations): (Set<String>, Int, Double) = ([], 0, 0)
        for element in try list.elements {
            let group = try Clients(element, regions)
            guard names.insert(group.name).inserted else {
                throw ConfigurationError(
                    field: "\(element.path).name",
                    "\(group.name) is listed twice; names must differ"
                )
            }
            count += group.count
            operations += group.rate * Double(group.count) * duration.milliseconds / 1000
            guard count <= 10_000 else {
                throw ConfigurationError(
                    field: "\(element.path).count",
                    "these are \(count) clients with those before; allowed are 10000 in all"
                )
            }
            guard operations <= Self.maximumOperations else {
                throw ConfigurationError(
                    field: "\(element.path).rate",
                    "with a duration of \(duration) these are \(Int(operations)) operations with those before; allowed are 5000000 in all; lower the rate, the count or the duration"
                )
            }
            groups.append(group)
        }
        guard (1...100).contains(groups.count) else {
            throw ConfigurationError(field: list.path, "found \(groups.count) groups; allowed is 1 to 100")
        }
        return groups
    }

    private mutating func setReplication(_ field: ConfigurationField) throws(ConfigurationError) {
        let fields = try field.members(["lag", "jitter"])
        let allowed = "from 0s to 24h"
        if let lag = fields["lag"] { self.replication.lag = try lag.duration(in: .zero...Self.day, allowed) }
        if let jitter = fields["jitter"] {
            self.replication.jitter = try jitter.duration(in: .zero...Self.day, allowed)
        }
    }

    private mutating func setFaults(_ list: ConfigurationField) throws(ConfigurationError) {
        let elements = try list.elements
        guard elements.count <= 1000 else {
            throw ConfigurationError(field: list.path, "found \(elements.count) faults; allowed are at most 1000")
        }
        for element in elements {
            let groups = self.clients.map(\.name)
            self.faults.append(
                try ScenarioFault(element, regions: self.regions, groups: groups, end: self.duration)
            )
        }
    }
}

extension Scenario.Clients {
    fileprivate init(_ field: ConfigurationField, _ regions: [Region]) throws(ConfigurationError) {
        let fields = try field.members(["name", "count", "rate", "latency"])
        self.init(
            try fields.required("name", in: field, "the group's name").text(upTo: 63),
            count: try fields.required("count", in: field, "how many clients there are").integer(in: 1...10_000),
            rate: try fields.required("rate", in: field, "operations a second of each client").number,
            latency: [:]
        )
        if let rate = fields["rate"], !(0.0001...10_000).contains(self.rate) { throw rate.error("0.0001 to 10000") }
        let latency = try fields.required("latency", in: field, "an object with a duration for each region")
        let times = try latency.members(regions.map(\.name))
        for region in regions {
            self.latency[region] = try times.required(region.name, in: latency, "a duration, for example \"20ms\"")
                .positiveDuration()
        }
    }
}

extension Scenario.Load {
    fileprivate init(_ field: ConfigurationField) throws(ConfigurationError) {
        self.init()
        let fields = try field.members(["reads", "consistent", "conditional", "deletes", "keys", "affinities"])
        let shares: [(name: String, place: WritableKeyPath<Self, Double>)] = [
            ("reads", \.reads), ("consistent", \.consistent), ("conditional", \.conditional), ("deletes", \.deletes),
        ]
        for share in shares {
            if let field = fields[share.name] { self[keyPath: share.place] = try field.share() }
        }
        if let keys = fields["keys"] { self.keys = try keys.integer(in: 1...10_000) }
        if let affinities = fields["affinities"] { self.affinities = try affinities.integer(in: 0...10_000) }
        guard self.conditional + self.deletes <= 1 else {
            throw ConfigurationError(
                field: field.path,
                "conditional and deletes are \(self.conditional + self.deletes) together; allowed is at most 1"
            )
        }
    }
}
