internal import RegionKitCore

extension Command {
    static let status = Command(
        "status",
        "Probes every region and shows how it does.",
        discussion: """
            Each region is probed until it is healthy, at most as often as the failover threshold says. Files of \
            regions that do not exist yet are made. Exit code 0 means that some region serves reads and writes, 3 that \
            none does.
            """
    ) { invocation in
        let configuration = try invocation.configuration()
        let deployment = try await Deployment(configuration)
        let store = try MultiRegionStore(
            schema: configuration.schema,
            regions: deployment.endpoints,
            policy: configuration.policy,
            configuration: configuration.store
        )
        let report: StatusReport
        do {
            report = try await StatusReport(store, deployment, configuration)
        } catch {
            await store.shutdown()
            throw error
        }
        await store.shutdown()
        if invocation.console.isJSON {
            invocation.console.output(report.json)
        } else {
            report.lines(for: invocation.console).forEach { invocation.console.output($0) }
        }
        return report.isServing ? .done : .noRegion
    }
}
