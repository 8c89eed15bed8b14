internal import BackendDynamo
internal import RegionKitCore

/// What can be told of regions that RegionKit replicates, before they are used.
struct ReplicaVerification {
    /// From here on changes wait for too long: a process that replicates does it within seconds.
    private static let longestLag = Duration.seconds(60)

    let configuration: DeploymentConfiguration

    init(_ configuration: DeploymentConfiguration) {
        self.configuration = configuration
    }

    struct Finding {
        var outcome: VerifyReport.Outcome
        var found: String
        var fix: String?

        static func pass(_ found: String) -> Finding { Finding(outcome: .pass, found: found) }
        static func warn(_ found: String, _ fix: String) -> Finding { Finding(outcome: .warn, found: found, fix: fix) }
        static func fail(_ found: String, _ fix: String) -> Finding { Finding(outcome: .fail, found: found, fix: fix) }
    }

    /// A row where all regions pass, else one for each that does not; those that fail are taken out.
    func check(
        _ check: String,
        _ locations: inout [BackendPlugIn.Location],
        _ judge: (BackendPlugIn.Location) async -> Finding
    ) async -> [VerifyReport.Row] {
        var rows: [VerifyReport.Row] = []
        for location in locations {
            let finding = await judge(location)
            rows.append(
                VerifyReport.Row(
                    check: check,
                    outcome: finding.outcome,
                    region: location.region,
                    found: finding.found,
                    fix: finding.fix
                )
            )
        }
        locations.removeAll { location in rows.contains { $0.region == location.region && $0.outcome == .fail } }
        let problems = rows.filter { $0.outcome != .pass }
        guard problems.isEmpty, var row = rows.first else { return problems }
        row.region = nil
        return [row]
    }

    /// Whether the regions take writes, and how far they are apart; closes the stores.
    func rows(
        of stores: [any ReplicaStore],
        in locations: inout [BackendPlugIn.Location]
    ) async -> [VerifyReport.Row] {
        var rows = await self.check("writes", &locations) { location in
            await self.writes(stores.first { $0.region == location.region })
        }
        if stores.count > 1, stores.count == self.configuration.regions.count {
            let distances = await Replicator(stores).distances()
            // The worst first: where all pass its row stands for all.
            locations.sort { (distances[$0.region]?.lag ?? .zero) > (distances[$1.region]?.lag ?? .zero) }
            rows += await self.check("replication", &locations) { location in
                self.replication(distances[location.region])
            }
        }
        for store in stores { await store.shutdown() }
        return rows
    }

    private func writes(_ store: (any ReplicaStore)?) async -> Finding {
        guard let store else { return .fail("it is not open", "Look at the checks above.") }
        do throws(BackendError) {
            guard try await store.status(in: AttemptContext(within: .seconds(5))).isReady else {
                return .fail(
                    "notReady: it is new or has lost data, and has not merged from a peer yet",
                    "Run `regionctl setup`; without peers `regionctl adopt \(store.region)` lets it take writes."
                )
            }
            guard try await store.probe(in: AttemptContext(within: .seconds(5))).writable != false else {
                let fix =
                    self.configuration.hasFiles
                    ? "Look at the file's rights, at the disk and at `regionctl fault`."
                    : "Look at the server's role, disk and memory: `redis-cli INFO`."
                return .fail("it takes no writes", fix)
            }
            return .pass("taken")
        } catch {
            return .fail(error.message, "End the cause, then run this again.")
        }
    }

    private func replication(_ distance: ReplicaDistance?) -> Finding {
        guard let lag = distance?.lag else { return .warn("not known", "Run it again when all regions answer.") }
        guard lag > Self.longestLag else { return .pass(lag == .zero ? "nothing waits" : "\(lag.brief) behind") }
        let fix = "Run `regionctl replicate`, and keep it running."
        return .warn("changes of others have been waiting for \(lag.brief)", fix)
    }
}
