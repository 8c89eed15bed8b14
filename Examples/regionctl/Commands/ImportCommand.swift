internal import RegionKitCore

extension Command {
    static let importFile = Command(
        "import",
        "Stores the items of a file of DynamoDB JSON lines.",
        discussion: """
            FILE is what DynamoDB's export to S3 gives: lines of {"Item": {…}}, plain or compressed by gzip, a folder \
            of such files with or without its manifest, or - for standard input. An item replaces the one with its \
            key; of two lines with one key the later wins. After an interruption the same command goes on: what is \
            stored stands in FILE.regionctl-import, which goes with the last line. A bad line ends the import unless \
            --skip-bad is given; the exit code is 1 if lines were skipped. At the end the command waits up to 30 s \
            until every region has everything.
            """,
        operands: ["FILE"],
        options: [.skipBad, .restart, .journal],
        examples: ["regionctl import items.json.gz", "regionctl import AWSDynamoDB/01693685827463-2d8752fd --skip-bad"]
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let options = Importer.Options(
            skipsBadLines: arguments.has(.skipBad),
            journalPath: arguments.value(.journal),
            restarts: arguments.has(.restart),
            environment: invocation.environment
        )
        var configuration = try invocation.configuration()
        let input = try ImportInput(arguments.operands[0])
        // A batch may wait for the disk longer than an operation that somebody waits for.
        configuration.store.deadline = max(configuration.store.deadline, .seconds(30))
        configuration.store.attemptTimeout = max(configuration.store.attemptTimeout, .seconds(10))
        let (report, notes) = try await invocation.withTable(configuration, isFrugal: true) { table in
            var importer = try Importer(input, into: table.store, options, console)
            var report = try await importer.run()
            if !report.regions.isEmpty {
                report.pending = await table.pending(of: report.regions, within: Invocation.replicationLimit)
            }
            return (report, table.deployment.notes)
        }
        notes.forEach { console.note($0) }
        if console.isJSON {
            console.output(report.json)
        } else {
            report.lines(for: console).forEach { console.output($0) }
        }
        return report.isGood ? .done : .no
    }
}

extension Option {
    static let skipBad = Option("skip-bad", "Leaves out lines that cannot be imported, and reports them.")
    static let restart = Option("restart", "Begins anew, whatever an earlier run left.")
    static let journal = Option("journal", value: "FILE", "Keeps what is stored there, not beside the input.")
}
