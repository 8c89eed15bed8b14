internal import BackendDynamo
internal import RegionKitCore

extension Command {
    static let verify = Command(
        "verify",
        "Checks every prerequisite of the table and its regions, each with its fix.",
        discussion: """
            DynamoDB: tables, keys, indexes, capacity, stream, replicas, ttl, consistency, permissions, backups. Nothing \
            is changed: permissions are tried by reads, and by writes whose condition holds for no item, which cost a \
            unit of capacity each. SQLite: the files, their schema and integrity, whether they take writes, and how far \
            they are apart. Redis: the servers, what they keep when they die, whether they take writes, and how far they \
            are apart; where Redis itself replicates, which server is the master, and that a promotion may lose writes. \
            Below the table stands what to do, with a line for the AWS command line where there is one. \
            Exit code 0 means that nothing failed, 1 that something did; warnings alone do not count.
            """,
        examples: ["regionctl verify", "regionctl verify --json"]
    ) { invocation in
        let console = invocation.console
        let configuration = try invocation.configuration()
        try Deployment.check(configuration)
        let rows: [VerifyReport.Row]
        if configuration.hasFiles {
            rows = await ReplicaVerification(configuration).fileRows()
        } else if configuration.hasServers {
            rows = try await ReplicaVerification(configuration).serverRows()
        } else if configuration.hasReplicas {
            rows = try await ReplicaVerification(configuration).followerRows()
        } else {
            let table = try GlobalTable(configuration.schema, at: configuration.regions)
            rows = await table.verify().map(VerifyReport.Row.init)
            await table.shutdown()
        }
        try Task.checkCancellation()
        let report = VerifyReport(table: configuration.schema.name, rows: rows)
        if console.isJSON {
            console.output(report.json)
        } else {
            report.lines(for: console).forEach { console.output($0) }
        }
        return report.failed == 0 ? .done : .no
    }
}
