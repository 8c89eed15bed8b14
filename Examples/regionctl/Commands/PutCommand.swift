internal import RegionKitCore

extension Command {
    static let put = Command(
        "put",
        "Stores an item in place of what was there.",
        discussion: """
            The key's own attributes are added to the item. A condition is checked in the region that takes the write; \
            exit code 1 means that it does not hold, 4 that nobody knows whether the item was stored.
            """,
        operands: ["KEY --item JSON"],
        options: [
            .sortKey, .item, .plainInput, .ifNotExists, .condition, .conditionValue, .attributeName, .region,
            .waitReplicated, .trace,
        ],
        examples: [
            "regionctl put ws-001 --item '{\"state\":{\"S\":\"ready\"}}'",
            "regionctl put ws-001 --plain --item @item.json --if-not-exists",
        ]
    ) { invocation in
        let arguments = invocation.arguments
        let configuration = try invocation.configuration()
        let schema = configuration.schema
        let region = try arguments.region(in: configuration)
        let condition = try arguments.condition(in: schema)
        let source = ItemSource(text: arguments.value(.item) ?? "", isPlain: arguments.has(.plainInput))
        let key = try arguments.key(in: schema)
        let item = try source.item(key, in: schema)
        return try await invocation.write("Stored", key, configuration) { store in
            try await store.put(item, if: condition, in: region)
        }
    }
}
