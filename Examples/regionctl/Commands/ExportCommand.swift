internal import RegionKitCore

extension Command {
    static let export = Command(
        "export",
        "Writes all items as lines of DynamoDB JSON.",
        discussion: """
            The lines are {"Item": {…}} with sorted names, so that equal items give equal bytes. FILE appears once it \
            is whole; it may end in .gz, or be - for standard output. The items are those of one region. Where that is \
            a SQLite file they are as of one moment and in the order of their keys; writes go on meanwhile, and the \
            region's write-ahead log grows by them until the export ends.
            """,
        operands: ["FILE"],
        options: [.region, .sorted, .force],
        examples: ["regionctl export items.json.gz", "regionctl export - --region us-east-1 | sha256sum"]
    ) { invocation in
        let arguments = invocation.arguments
        let name = arguments.operands[0]
        guard name != "-" || !arguments.has(.json) else {
            throw Failure.usage("--json: its document and the items cannot both go to standard output.")
        }
        // Beside items on standard output, as beside a document, all else goes to standard error.
        let console = name == "-" ? Console(isJSON: true, environment: invocation.environment) : invocation.console
        let configuration = try invocation.configuration()
        let region = try arguments.region(in: configuration)
        let (report, notes) = try await invocation.withTable(configuration, isFrugal: true) { table in
            let output = try ExportOutput(name, replaces: arguments.has(.force), environment: invocation.environment)
            var exporter = Exporter(table.store, files: table.deployment.files, to: name, output, console)
            return (try await exporter.run(region, isSorted: arguments.has(.sorted)), table.deployment.notes)
        }
        notes.forEach { console.note($0) }
        if name == "-" {
            console.note(report.text)
        } else if console.isJSON {
            console.output(report.json)
        } else {
            console.output(report.text)
        }
        return .done
    }
}

extension Option {
    static let sorted = Option("sorted", "Fails unless the items can be written in the order of their keys.")
    static let force = Option("force", "Replaces a file that is there.")
}
