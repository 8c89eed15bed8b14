internal import RegionKitCore

extension Command {
    static let importFile = Command(
        "import",
        "Stores the items of a file of DynamoDB JSON lines.",
        discussion: """
            FILE is what DynamoDB's export to S3 writes: lines of {"Item": {…}}, also compressed (.gz, through gzip), a \
            folder of such files with or without its manifest, or - for standard input. Of a manifest the item counts \
            are checked, not the MD5 sums: gzip has a sum of its own. An item replaces the one with its key, and of two \
            lines with one key the later wins. A journal, FILE.regionctl-import, lets the same command go on after an \
            interruption. A bad line ends the import; with --skip-bad it is left out and reported, and the exit code is \
            1. At the end the command waits up to 30 s until every region has everything.
            """,
        operands: ["FILE"],
        options: [.skipBad, .restart, .journal]
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let input = try ImportInput(arguments.operands[0])
        let options = Importer.Options(
            skipsBadLines: arguments.has(.skipBad),
            journalPath: arguments.value(.journal),
            restarts: arguments.has(.restart),
            environment: invocation.environment
        )
        let report = try await invocation.withTable(adjust: Self.adjust) { table in
            var importer = try Importer(input, into: table.store, options, console)
            var report = try await importer.run()
            if !report.regions.isEmpty, let replicator = table.deployment.replicator {
                report.pending = try await replicator.waitForArrival(of: Array(report.regions), within: .seconds(30))
            }
            return report
        }
        if console.isJSON {
            console.output(report.json)
        } else {
            report.lines(for: console).forEach { console.output($0) }
        }
        return report.isGood ? .done : .no
    }

    /// A batch may wait for the disk longer than an operation somebody waits for.
    private static func adjust(_ configuration: inout DeploymentConfiguration) {
        configuration.store.deadline = max(configuration.store.deadline, .seconds(30))
        configuration.store.attemptTimeout = max(configuration.store.attemptTimeout, .seconds(10))
    }
}

extension Option {
    static let skipBad = Option("skip-bad", "Leaves out lines that cannot be imported, and reports them.")
    static let restart = Option("restart", "Begins anew, whatever the journal says.")
    static let journal = Option(
        "journal",
        value: "FILE",
        "Where the journal is kept; else beside the input, as FILE.regionctl-import."
    )
}
