internal import RegionKitCore

extension Command {
    static let bench = Command(
        "bench",
        "Measures the configured table under a load, failover included.",
        discussion: """
            Reads and writes items of its own, whose keys begin with regionctl-bench-, and removes them at the end, \
            after Ctrl-C too; others' items are left alone. With --rate operations begin when they are due and their \
            latency counts from then, so a pause is not left out; without, --concurrency workers do one after the \
            other. At the end the written items are looked up. Exit code 1 means that operations failed, or that an \
            acknowledged write was lost.
            """,
        options: [.benchTime, .rate, .concurrency, .reads]
    ) { invocation in
        let configuration = try invocation.configuration()
        let settings = try BenchSettings(invocation.arguments, deadline: configuration.store.deadline)
        let bench = Bench(settings, deadline: configuration.store.deadline, invocation.console)
        // Ctrl-C ends the load alone: what was written is still removed.
        let work = Task {
            try await invocation.withTable(
                configuration,
                hasMetrics: true,
                adjust: { $0.store.eventBuffer = max($0.store.eventBuffer, 65_536) },
                observers: [bench.timeline],
                { table in await bench.run(table) }
            )
        }
        let report = try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            bench.stop()
        }
        report.print(to: invocation.console)
        if invocation.console.isJSON { invocation.console.output(report.json) }
        return report.exit
    }
}
