internal import RegionKitCore

extension Command {
    static let update = Command(
        "update",
        "Changes attributes of an item; a missing item is created.",
        discussion: """
            A is an attribute's name, or a place in it as DynamoDB writes it: meta.owner, tags[0]. A name with such \
            signs in it is given by --name '#n=a.b' and used as #n. --set takes text unless a type is given, --add a \
            number. All changes are made together and see the item as it was before.
            """,
        operands: ["KEY"],
        options: [
            .sortKey, .set, .remove, .add, .ifNotExists, .condition, .conditionValue, .attributeName, .region,
            .waitReplicated, .trace,
        ],
        examples: [
            "regionctl update ws-001 --set state=ready --set count:N=3 --remove note",
            "regionctl update ws-001 --add hits=1 --set 'tags:SS=[\"a\",\"b\"]'",
            "regionctl update ws-001 --set state=ready --if 'state = :old' \\",
            "    --value ':old={\"S\":\"error\"}'",
        ]
    ) { invocation in
        let arguments = invocation.arguments
        let configuration = try invocation.configuration()
        let key = try arguments.key(in: configuration.schema)
        let region = try arguments.region(in: configuration)
        let (update, names) = try arguments.update()
        let condition = try arguments.condition(in: configuration.schema, names: names)
        return try await invocation.write("Updated", key, configuration) { store in
            try await store.update(key, update, if: condition, in: region)
        }
    }
}
