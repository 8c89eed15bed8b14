internal import RegionKitCore

extension Command {
    static let get = Command(
        "get",
        "Reads one item.",
        discussion: """
            KEY is the partition key's value: text, a number or base64, as the table says. On a terminal the item is \
            shown attribute by attribute; elsewhere it is one line of DynamoDB JSON. Exit code 1 means that there is \
            no such item.
            """,
        operands: ["KEY"],
        options: [.sortKey, .region, .consistent, .plainOutput, .trace],
        examples: ["regionctl get ws-001", "regionctl get ws-001 --region us-east-1 --json"]
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let configuration = try invocation.configuration()
        let key = try arguments.key(in: configuration.schema)
        let region = try arguments.region(in: configuration)
        let answer = try await invocation.run(configuration) { store in
            try await store.get(key, consistency: arguments.consistency, in: region)
        }
        let item = answer.item
        if console.isJSON {
            console.output([
                "item": try item.map(invocation.document) ?? .null,
                "region": .string(answer.region.name),
                "version": JSON(answer.version) { .string("\($0)") },
                "stale": .bool(false),
                "attempts": .array(answer.attempts.map(\.json)),
            ])
        } else if let item, invocation.isReadable {
            ItemText(schema: configuration.schema, console: console).lines(item).forEach { console.output($0) }
            let version = answer.version.map { ", version \($0)" } ?? ""
            console.output(console.styled("from \(answer.region)\(version)", .dim))
        } else if let item {
            console.output(try invocation.document(item))
        } else {
            console.note("\(answer.region) has no item with this key.")
        }
        return item == nil ? .no : .done
    }
}
