extension Command {
    static let setUp = Command(
        "setup",
        "Creates the table and its replicas, or goes on where that was stopped.",
        discussion: """
            DynamoDB: the table is created in the primary, on demand and with the stream that replication reads; \
            replicas are added in the other regions, one at a time, and waited for; items expire by the table's ttl. \
            SQLite: files that are missing are made, and filled from those that are there. Redis: servers that are empty \
            begin to hold a region, and are filled from the others; where Redis itself replicates, the master begins to \
            hold the table, and nothing is changed of who replicates from whom. What exists stays as it is: a \
            table with other keys or indexes is an error, and nothing is ever deleted. Run it again after an error or an \
            interruption: it does what is left, and nothing twice.
            """,
        examples: ["regionctl setup && regionctl verify"]
    ) { invocation in
        let console = invocation.console
        let configuration = try invocation.configuration()
        try Deployment.check(configuration)
        let report =
            configuration.hasReplicas
            ? try await SetUpReport(followers: configuration)
            : configuration.hasFiles || configuration.hasServers
                ? try await SetUpReport(replicas: configuration, invocation)
                : try await SetUpReport(globalTable: configuration, console)
        if console.isJSON {
            console.output(report.json)
        } else {
            report.lines(for: console).forEach { console.output($0) }
        }
        return .done
    }
}
