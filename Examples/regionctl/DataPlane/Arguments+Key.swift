internal import RegionKitCore

// What the command line says of keys, regions and pages, read by the table's schema.
extension Arguments {
    /// The key of KEY and `--sort`.
    ///
    /// - Parameter place: Which operand KEY is.
    func key(in schema: TableSchema, at place: Int = 0) throws(Failure) -> Key {
        let partition = try schema.partitionKey.value(self.operands[place], for: "KEY")
        switch (schema.sortKey, self.value(.sortKey)) {
        case (nil, nil): return Key(partition)
        case (let attribute?, let text?): return Key(partition, sort: try attribute.value(text, for: "--sort"))
        case (let attribute?, nil):
            throw .usage(
                "--sort is missing: the sort key of table \(schema.name) is \(attribute.name.shown), "
                    + "of type \(attribute.kind.rawValue)."
            )
        case (nil, .some): throw .usage("--sort: table \(schema.name) has no sort key; leave it away.")
        }
    }

    /// The region of `--region`; nil when it was not given.
    func region(in configuration: DeploymentConfiguration) throws(Failure) -> Region? {
        guard let name = self.value(.region) else { return nil }
        return try configuration.region(named: name, for: "--region")
    }

    /// How fresh a read must be.
    var consistency: ReadConsistency { self.has(.consistent) ? .consistent : .eventual }

    /// The most items of a page; nil for the backend's own limit.
    func pageLimit() throws(Failure) -> Int? { try self.integer(.limit, in: 1...1_000_000) }

    /// Where the page begins; nil for the first.
    func pageToken() throws(Failure) -> PageToken? {
        guard let text = self.value(.next) else { return nil }
        guard let token = PageToken(text: text) else {
            throw .usage("--next: found \(text.shown); allowed is what an earlier page gave as next, all of it.")
        }
        return token
    }

    /// The query of PK and its options.
    ///
    /// - Parameter place: Which operand PK is.
    func query(in schema: TableSchema, at place: Int = 0) throws(Failure) -> Query {
        let name = self.value(.index)
        let index = name.flatMap(schema.index(named:))
        if let name, index == nil {
            let known = schema.indexes.map(\.name)
            let end = known.isEmpty ? "; it has none." : name.suggestion(from: known, else: "; it has ")
            throw .usage("--index: table \(schema.name) has no index \(name.shown)\(end)")
        }
        var query = Query(
            try (index?.partitionKey ?? schema.partitionKey).value(self.operands[place], for: "PK"),
            index: name,
            descending: self.has(.descending),
            consistency: self.consistency
        )
        if let bound = self.value(.sortCondition) {
            guard let attribute = index.map(\.sortKey) ?? schema.sortKey else {
                throw .usage("--sort: \(index.map { "index \($0.name)" } ?? "table \(schema.name)") has no sort key.")
            }
            query.sort = try Query.SortCondition(text: bound, attribute)
        }
        query.limit = try self.pageLimit()
        query.next = try self.pageToken()
        return query
    }
}

extension TableSchema.KeyAttribute {
    /// The value that a text stands for.
    func value(_ text: String, for place: String) throws(Failure) -> AttributeValue {
        try AttributeValue(self.kind, text: text, for: "\(place) (\(self.name.shown))")
    }
}

extension DeploymentConfiguration {
    /// A region of the configuration.
    ///
    /// - Parameter place: What the name was given for, as an error names it.
    func region(named name: String, for place: String) throws(Failure) -> Region {
        let known = self.regions.map(\.region)
        if let region = known.first(where: { $0.name == name }) { return region }
        // A name that cannot be one is not compared with others.
        let names = known.map(\.name)
        let end =
            Region(name).isValid
            ? name.suggestion(from: names, else: "; the configuration has ")
            : "; the configuration has \(names.joined(separator: ", "))."
        throw .usage("\(place): no region is called \(name.shown)\(end)")
    }
}
