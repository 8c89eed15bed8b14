// Errors name the field, what was found and what is allowed.
extension DeploymentConfiguration {
    /// Reads a document: a JSON object with `table` and `regions`, and whatever else is not the default.
    ///
    /// Durations are texts with a unit: `500ms`, `30s`, `1.5m`, `2h`. At most 16 MiB, 64 levels deep, no name twice.
    ///
    /// - Parameters:
    ///   - json: The document, UTF-8.
    ///   - folder: The absolute folder at which relative paths start.
    ///   - policies: The policies that it may name, and those that may stand within them.
    /// - Throws: ``ConfigurationError`` for the first field that cannot work, or that is not known.
    public init(
        json: [UInt8],
        folder: String,
        policies: PolicyRegistry = PolicyRegistry()
    ) throws(ConfigurationError) {
        let root = try ConfigurationField(document: json)
        let fields = try root.members(["table", "primary", "regions", "policy", "metrics"] + Setting.documentNames)
        let table = try fields.required("table", in: root, "an object with name and partitionKey")
        let regions = try fields.required("regions", in: root, "a list of regions, each with name and backend")
        self.init(
            schema: try Self.schema(table),
            regions: try Self.locations(regions),
            folder: folder
        )
        try self.read(Setting.fields(in: fields))
        if let primary = fields["primary"] { try self.setPrimary(primary) }
        if let policy = fields["policy"] { try self.setPolicy(policy, from: policies) }
        if let metrics = fields["metrics"] { self.metrics = try Metrics(metrics) }
    }

    mutating func setPrimary(_ field: ConfigurationField) throws(ConfigurationError) {
        let primary = try field.choice(self.regions.map { ($0.region.name, $0.region) })
        self.regions =
            self.regions.filter { $0.region == primary } + self.regions.filter { $0.region != primary }
    }

    mutating func setPolicy(
        _ field: ConfigurationField,
        from policies: PolicyRegistry
    ) throws(ConfigurationError) {
        let text = try field.text
        do throws(PolicyTextError) {
            self.policy = try policies.policy(text, regions: self.regions.map(\.region))
        } catch {
            throw ConfigurationError(field: field.path, "\(error)")
        }
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
}

extension DeploymentConfiguration.Metrics {
    /// Reads one by its name.
    init(_ field: ConfigurationField) throws(ConfigurationError) {
        self = try field.choice(Self.allCases.map { ($0.rawValue, $0) })
    }
}
