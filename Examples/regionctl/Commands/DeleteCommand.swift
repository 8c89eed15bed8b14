internal import RegionKitCore

extension Command {
    static let delete = Command(
        "delete",
        "Removes an item; a missing one is no error.",
        discussion: """
            To be told when there was none, add --if 'attribute_exists(ATTRIBUTE)' with the partition key's name: then \
            a missing item is exit code 1.
            """,
        operands: ["KEY"],
        options: [.sortKey, .condition, .conditionValue, .attributeName, .region, .waitReplicated, .trace],
        examples: [
            "regionctl delete ws-001", "regionctl delete ws-001 --if 'attribute_exists(workset_id)'",
        ]
    ) { invocation in
        let arguments = invocation.arguments
        let configuration = try invocation.configuration()
        let key = try arguments.key(in: configuration.schema)
        let region = try arguments.region(in: configuration)
        let condition = try arguments.condition(in: configuration.schema)
        return try await invocation.write("Deleted", key, configuration) { store in
            try await store.delete(key, if: condition, in: region)
        }
    }
}
