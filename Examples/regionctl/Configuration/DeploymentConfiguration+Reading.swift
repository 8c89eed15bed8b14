internal import Policies
internal import RegionKitCore

/// The configuration file's form. Errors name the field, what was found and what is allowed.
extension DeploymentConfiguration {
    /// Reads a document.
    ///
    /// - Parameter folder: Where relative paths start.
    init(_ document: JSON, folder: String) throws(ConfigurationError) {
        let root = ConfigurationField(path: "", value: document)
        let fields = try root.members([
            "table", "primary", "regions", "policy", "health", "deadline", "attemptTimeout", "metrics",
        ])
        let table = try fields.required("table", in: root, "an object with name and partitionKey")
        let regions = try fields.required("regions", in: root, "a list of regions, each with name and backend")
        let locations = try Self.locations(regions)
        let primary = try fields["primary"]?.choice(locations.map { ($0.region.name, $0.region) })
        _ = try fields["metrics"]?.choice([("none", true)])
        self.init(
            schema: try Self.schema(table),
            locations: Self.ordered(locations, primary: primary),
            folder: folder,
            policy: try fields["policy"]?.choice([("primary-first", .primaryFirst), ("latency", .latency)])
                ?? .primaryFirst,
            store: try Self.store(fields)
        )
    }

    /// This configuration with what the environment says.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `…PRIMARY_REGION` | one of the regions |
    /// | `…MULTI_REGION` | `true`, or `false`: only the primary is used |
    /// | `…HEALTH_CHECK_INTERVAL` | seconds, or a number with a unit |
    func applying(_ environment: [String: String], prefix: String = "REGIONKIT_") throws(ConfigurationError) -> Self {
        var result = self
        func field(_ name: String) -> ConfigurationField? {
            environment[prefix + name].map { ConfigurationField(path: prefix + name, value: .string($0)) }
        }
        if let primary = try field("PRIMARY_REGION")?.choice(self.locations.map { ($0.region.name, $0.region) }) {
            result.locations = Self.ordered(self.locations, primary: primary)
        }
        if try field("MULTI_REGION")?.choice([("true", true), ("false", false)]) == false {
            result.locations = Array(result.locations.prefix(1))
        }
        if let interval = field("HEALTH_CHECK_INTERVAL") {
            let text = try interval.text
            guard let duration = Duration(text: text) ?? Duration(text: text + "s") else {
                throw interval.error("a number of seconds, or a number with a unit (ms, s, m or h)")
            }
            result.store.health.checkInterval = duration
            try Self.validate(result.store)
        }
        return result
    }

    private static func ordered(_ locations: [BackendPlugIn.Location], primary: Region?) -> [BackendPlugIn.Location] {
        locations.filter { $0.region == primary } + locations.filter { $0.region != primary }
    }

    // MARK: - Table

    private static func schema(_ table: ConfigurationField) throws(ConfigurationError) -> TableSchema {
        let fields = try table.members(["name", "partitionKey", "sortKey", "indexes", "ttl"])
        let schema = TableSchema(
            name: try fields.required("name", in: table, "the table's name").text,
            partitionKey: try self.key(fields.required("partitionKey", in: table, "the key attribute's name")),
            sortKey: try self.optionalKey(fields["sortKey"]),
            indexes: try self.indexes(fields["indexes"]),
            timeToLiveAttribute: try fields["ttl"]?.text
        )
        do throws(ValidationError) {
            try schema.validate()
        } catch {
            throw ConfigurationError(field: table.path, error.message)
        }
        return schema
    }

    private static func indexes(_ list: ConfigurationField?) throws(ConfigurationError) -> [TableSchema.Index] {
        var indexes: [TableSchema.Index] = []
        for index in try list?.elements ?? [] {
            let fields = try index.members(["name", "partitionKey", "sortKey"])
            let name = try fields.required("name", in: index, "the index's name").text
            let partitionKey = try self.key(fields.required("partitionKey", in: index, "the key attribute's name"))
            let sortKey = try self.optionalKey(fields["sortKey"])
            indexes.append(TableSchema.Index(name, partitionKey: partitionKey, sortKey: sortKey))
        }
        return indexes
    }

    private static func optionalKey(
        _ field: ConfigurationField?
    ) throws(ConfigurationError) -> TableSchema.KeyAttribute? {
        guard let field else { return nil }
        return try self.key(field)
    }

    private static func key(_ field: ConfigurationField) throws(ConfigurationError) -> TableSchema.KeyAttribute {
        if case .string = field.value { return TableSchema.KeyAttribute(try field.text) }
        guard case .object = field.value else {
            throw field.error("an attribute's name, or {\"name\": …, \"type\": \"S\", \"N\" or \"B\"}")
        }
        let fields = try field.members(["name", "type"])
        let kinds: [AttributeValue.Kind] = [.string, .number, .binary]
        return TableSchema.KeyAttribute(
            try fields.required("name", in: field, "the attribute's name").text,
            try fields["type"]?.choice(kinds.map { ($0.rawValue, $0) }) ?? .string
        )
    }

    // MARK: - Regions

    private static func locations(
        _ list: ConfigurationField
    ) throws(ConfigurationError) -> [BackendPlugIn.Location] {
        var locations: [BackendPlugIn.Location] = []
        for element in try list.elements {
            let fields = try element.members(["name", "backend"])
            let name = try fields.required("name", in: element, "the region's name")
            let region = Region(try name.text)
            guard region.isValid else { throw name.error("1 to 63 of a-z, 0-9 and -, not starting with -") }
            guard !locations.contains(where: { $0.region == region }) else {
                throw ConfigurationError(field: name.path, "\(region) is listed twice; names must differ")
            }
            let backend = try fields.required("backend", in: element, "a backend, for example \"sqlite:PATH\"")
            locations.append(BackendPlugIn.Location(region, try backend.text))
        }
        guard !locations.isEmpty else { throw list.error("at least one region") }
        return locations
    }

    // MARK: - Behaviour

    /// The file's names of fields that the library calls otherwise.
    private static let names = ["health.coolDown": "health.cooldown", "health.failbackStep": "health.failbackSteps"]

    private static func store(
        _ fields: [String: ConfigurationField]
    ) throws(ConfigurationError) -> StoreConfiguration {
        var store = StoreConfiguration()
        if let deadline = fields["deadline"] { store.deadline = try deadline.duration }
        store.attemptTimeout = try fields["attemptTimeout"]?.duration ?? min(store.attemptTimeout, store.deadline)
        if let health = fields["health"] {
            let durations: [String: WritableKeyPath<HealthConfiguration, Duration>] = [
                "checkInterval": \.checkInterval, "latencyThreshold": \.latencyThreshold, "cooldown": \.coolDown,
                "failbackDelay": \.failbackDelay, "failbackSteps": \.failbackStep,
            ]
            let counts: [String: WritableKeyPath<HealthConfiguration, Int>] = [
                "failoverThreshold": \.failoverThreshold, "recoveryThreshold": \.recoveryThreshold,
            ]
            let fields = try health.members((Array(durations.keys) + Array(counts.keys)).sorted())
            for (name, place) in durations {
                if let field = fields[name] { store.health[keyPath: place] = try field.duration }
            }
            for (name, place) in counts {
                if let field = fields[name] { store.health[keyPath: place] = try field.integer }
            }
            store.health.maximumCoolDown = max(store.health.maximumCoolDown, store.health.coolDown)
        }
        try self.validate(store)
        return store
    }

    private static func validate(_ store: StoreConfiguration) throws(ConfigurationError) {
        do throws(ConfigurationError) {
            try store.validate()
        } catch {
            throw ConfigurationError(field: self.names[error.field] ?? error.field, error.message)
        }
    }
}
