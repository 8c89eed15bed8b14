internal import RegionKitCore

extension Command {
    static let query = Command(
        "query",
        "Reads a page of one partition, of the table or of an index, in the order of the sort key.",
        discussion: """
            PK is the partition key's value, of the index if one is named. One page is read; --next goes on where it \
            ended. Off a terminal each item is one line of DynamoDB JSON.
            """,
        operands: ["PK"],
        options: [
            .index, .sortCondition, .descending, .limit, .next, .region, .consistent, .plainOutput, .trace,
        ],
        examples: [
            "regionctl query ready --index state-priority-index --limit 20",
            "regionctl query customer-7 --sort '2026-01-01..2026-01-31' --desc",
        ]
    ) { invocation in
        let configuration = try invocation.configuration()
        let region = try invocation.arguments.region(in: configuration)
        let query = try invocation.arguments.query(in: configuration.schema)
        let answer = try await invocation.run(configuration) { try await $0.query(query, in: region) }
        return try invocation.show(answer, in: configuration.schema)
    }
}
