internal import RegionKitCore

extension Command {
    static let status = Command(
        "status",
        "Probes every region and shows how it does.",
        discussion: """
            Each region is probed until it is healthy, at most as often as the failover threshold says; of one that \
            does not get so far the reason is told. Files of \
            regions that do not exist yet are made. Exit code 0 means that some region serves reads and writes, 3 that \
            none does. With --watch each region is probed every second, until Ctrl-C: on a terminal the table is drawn \
            again with the last checks (× is a fault) and what changed; elsewhere each change is one line of time, \
            region and status, and with --json each second one document on a line of its own.
            """,
        options: [.watch]
    ) { invocation in
        guard !invocation.arguments.has(.watch) else { return try await Watch(invocation).run() }
        let table = try await invocation.open()
        let report: StatusReport
        do {
            async let distances = table.deployment.distances()
            async let isCarried = table.deployment.replicator?.isCarriedElsewhere()
            for _ in 0..<table.configuration.store.health.failoverThreshold {
                await table.store.probe()
                try Task.checkCancellation()
                if table.store.health().allSatisfy({ $0.status == .healthy }) { break }
            }
            report = try StatusReport(
                table,
                distances: await distances,
                replication: await isCarried.map { $0 ? .elsewhere : .nobody },
                notes: try await table.reasons()
            )
        } catch {
            await table.store.shutdown()
            throw error
        }
        await table.store.shutdown()
        if invocation.console.isJSON {
            invocation.console.output(report.json)
        } else {
            report.lines(for: invocation.console).forEach { invocation.console.output($0) }
        }
        return report.isServing ? .done : .noRegion
    }
}
