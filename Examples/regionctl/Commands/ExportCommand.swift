internal import RegionKitCore

extension Command {
    static let export = Command(
        "export",
        "Writes all items as lines of DynamoDB JSON.",
        discussion: """
            The lines are what import takes: {"Item": {…}}, names sorted, so that equal items give equal bytes. FILE \
            may end in .gz (through gzip), or be - for standard output. It appears once it is whole. The items are \
            those of one region: where it is a SQLite file all are as of one moment, in the order of their keys; \
            writes go on meanwhile, and the region's write-ahead log grows by them until the export ends.
            """,
        operands: ["FILE"],
        options: [.region, .sorted, .force]
    ) { invocation in
        let arguments = invocation.arguments
        let name = arguments.operands[0]
        let isStandardOutput = name == "-"
        guard !isStandardOutput || !arguments.has(.json) else {
            throw Failure.usage("--json: its document and the items cannot both go to standard output.")
        }
        // The items stand there alone; what is told goes the way it does beside a document.
        let console =
            isStandardOutput ? Console(isJSON: true, environment: invocation.environment) : invocation.console
        let region = arguments.value(.region).map { Region($0) }
        let report = try await invocation.withTable { table in
            if let region, !table.store.regions.contains(region) {
                let known = table.store.regions.map(\.name)
                throw Failure.usage(
                    "--region: there is no \(region)" + region.name.suggestion(from: known, else: "; known are ")
                )
            }
            let output = try ExportOutput(name, replaces: arguments.has(.force), environment: invocation.environment)
            var exporter = Exporter(table.store, files: table.deployment.stores, to: name, output, console)
            return try await exporter.run(region, isSorted: arguments.has(.sorted))
        }
        if isStandardOutput {
            console.line(report.text)
        } else if console.isJSON {
            console.output(report.json)
        } else {
            console.output(report.text)
        }
        return .done
    }
}

extension Option {
    static let region = Option("region", value: "R", "The only region that may be asked; else the best one.")
    static let sorted = Option("sorted", "Fails unless the items can be written in the order of their keys.")
    static let force = Option("force", "Replaces a file that is there.")
}
