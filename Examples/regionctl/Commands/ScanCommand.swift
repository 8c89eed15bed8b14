internal import RegionKitCore

extension Command {
    static let scan = Command(
        "scan",
        "Reads a page of the whole table.",
        discussion: """
            The order is the backend's own. One page is read; --next goes on where it ended. Off a terminal each item \
            is one line of DynamoDB JSON. For a whole table take export.
            """,
        options: [.limit, .next, .region, .consistent, .plainOutput, .trace],
        examples: ["regionctl scan --limit 10", "regionctl scan --plain | jq .state"]
    ) { invocation in
        let arguments = invocation.arguments
        let configuration = try invocation.configuration()
        let region = try arguments.region(in: configuration)
        let scan = Scan(
            limit: try arguments.pageLimit(),
            next: try arguments.pageToken(),
            consistency: arguments.consistency
        )
        let answer = try await invocation.run(configuration) { try await $0.scan(scan, in: region) }
        return try invocation.show(answer, in: configuration.schema)
    }
}
