internal import RegionKitCore

extension TableDescription {
    /// Reads the member `Table` of an answer; nil where what every table has is missing.
    init?(_ table: JSON?, in region: Region, timeToLive: Result<TimeToLive, RegionError>) {
        guard let table, let status = table["TableStatus"]?.text else { return nil }
        let kinds = Dictionary(
            (table["AttributeDefinitions"]?.elements ?? []).map { definition in
                let kind = definition["AttributeType"]?.text.flatMap(AttributeValue.Kind.init)
                return (definition["AttributeName"]?.text ?? "", kind ?? .string)
            },
            uniquingKeysWith: { first, _ in first }
        )
        func keys(_ object: JSON) -> [TableSchema.KeyAttribute] {
            let parts = object["KeySchema"]?.elements ?? []
            return ["HASH", "RANGE"].compactMap { role in
                parts.first { $0["KeyType"]?.text == role }?["AttributeName"]?.text
            }.map { TableSchema.KeyAttribute($0, kinds[$0] ?? .string) }
        }
        self.status = status
        self.keys = keys(table)
        guard !self.keys.isEmpty else { return nil }
        self.indexes = (table["GlobalSecondaryIndexes"]?.elements ?? []).compactMap { index in
            let keys = keys(index)
            guard let name = index["IndexName"]?.text, let partition = keys.first else { return nil }
            return Index(
                keys: TableSchema.Index(name, partitionKey: partition, sortKey: keys.dropFirst().first),
                status: index["IndexStatus"]?.text ?? "ACTIVE",
                projection: index["Projection"]?["ProjectionType"]?.text ?? "ALL"
            )
        }
        // Left out for a table that was never on demand.
        self.billingMode = table["BillingModeSummary"]?["BillingMode"]?.text.flatMap(BillingMode.init) ?? .provisioned
        let stream = table["StreamSpecification"]
        self.streamViewType = stream?["StreamEnabled"]?.flag == true ? stream?["StreamViewType"]?.text : nil
        self.version = table["GlobalTableVersion"]?.text
        self.consistencyMode = table["MultiRegionConsistency"]?.text == "STRONG" ? .strong : .eventual
        self.replicas = (table["Replicas"]?.elements ?? []).compactMap { replica in
            guard let name = replica["RegionName"]?.text, name != region.name else { return nil }
            return Replica(
                region: Region(name),
                status: replica["ReplicaStatus"]?.text ?? "ACTIVE",
                statusDescription: replica["ReplicaStatusDescription"]?.text.map(ServiceMessage.shown),
                percentProgress: replica["ReplicaStatusPercentProgress"]?.text.flatMap(Self.percent)
            )
        }
        self.witnesses = (table["GlobalTableWitnesses"]?.elements ?? []).compactMap {
            $0["RegionName"]?.text.map { Region($0) }
        }
        self.isDeletionProtected = table["DeletionProtectionEnabled"]?.flag ?? false
        self.timeToLive = timeToLive
    }

    /// `42`, `42%` or `42.0` as a number.
    private static func percent(_ text: String) -> Int? {
        Double(text.prefix { $0.isNumber || $0 == "." }).map { Int(min(max($0, 0), 100)) }
    }

    func replica(in region: Region) -> Replica? {
        self.replicas.first { $0.region == region }
    }

    /// What differs from the schema's key; nil where nothing does.
    func keyProblem(_ schema: TableSchema, in region: Region) -> String? {
        let wanted = [schema.partitionKey, schema.sortKey].compactMap(\.self)
        guard self.keys != wanted else { return nil }
        return "the key in \(region) is \(Self.text(self.keys)), the schema's is \(Self.text(wanted))"
    }

    /// What keeps the table from answering the queries of one of the schema's indexes; nil where nothing does.
    func problem(of index: TableSchema.Index) -> String? {
        guard let found = self.indexes.first(where: { $0.keys.name == index.name }) else { return "is missing" }
        func keys(_ index: TableSchema.Index) -> String {
            Self.text([index.partitionKey, index.sortKey].compactMap(\.self))
        }
        guard found.keys == index else { return "has the key \(keys(found.keys)), the schema's is \(keys(index))" }
        guard found.projection == "ALL" else { return "holds \(found.projection), not all attributes" }
        return nil
    }

    private static func text(_ keys: [TableSchema.KeyAttribute]) -> String {
        keys.map { "\($0.name) (\($0.kind.rawValue))" }.joined(separator: ", ")
    }
}

extension TableDescription.TimeToLive {
    /// Reads an answer of DescribeTimeToLive.
    init(_ answer: JSON) {
        let description = answer["TimeToLiveDescription"]
        self.init(
            status: description?["TimeToLiveStatus"]?.text ?? "DISABLED",
            attribute: description?["AttributeName"]?.text
        )
    }
}
