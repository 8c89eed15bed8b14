internal import BackendDynamo
internal import BackendSQLite
internal import Dispatch
internal import Foundation
internal import RegionKitCore

/// What can be told of SQLite regions before they are used; no file is made.
struct FileVerification {
    /// From here on changes wait for too long: a process that replicates does it within seconds.
    private static let longestLag = Duration.seconds(60)

    private let configuration: DeploymentConfiguration

    init(_ configuration: DeploymentConfiguration) {
        self.configuration = configuration
    }

    /// The checks in order; a region that fails one is in none that comes after.
    func rows() async -> [VerifyReport.Row] {
        var (rows, locations, stores) = ([VerifyReport.Row](), self.configuration.regions, [SQLiteStore]())
        rows += await self.check("file", &locations) { location in
            guard FileManager.default.fileExists(atPath: self.path(of: location)) else {
                return .fail("there is no file \(location.address)", "Run `regionctl setup`, or correct the path.")
            }
            return .pass("exists")
        }
        rows += await self.check("integrity", &locations) { location in
            let path = self.path(of: location)
            // It reads the whole file.
            let problem: Result<String?, Never> = await DispatchQueue.global().blocking { () throws(Never) in
                SQLiteStore.integrityProblem(ofFileAt: path)
            }
            guard let problem = problem.get() else { return .pass("ok") }
            let fix = "Restore it from a copy, or move it away; then it merges from its peers."
            return .fail(problem.prefix(while: { !$0.isNewline }).description, fix)
        }
        rows += await self.check("schema", &locations) { location in
            do throws(BackendError) {
                let file = SQLiteStore.Configuration(
                    path: self.path(of: location),
                    region: location.region,
                    schema: self.configuration.schema
                )
                stores.append(try SQLiteStore.open(file))
                return .pass("the configuration's")
            } catch {
                return .fail(error.message, "Correct the configuration, the path or the file's rights.")
            }
        }
        rows += await self.check("writes", &locations) { location in
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

    private struct Finding {
        var outcome: VerifyReport.Outcome
        var found: String
        var fix: String?

        static func pass(_ found: String) -> Finding { Finding(outcome: .pass, found: found) }
        static func warn(_ found: String, _ fix: String) -> Finding { Finding(outcome: .warn, found: found, fix: fix) }
        static func fail(_ found: String, _ fix: String) -> Finding { Finding(outcome: .fail, found: found, fix: fix) }
    }

    private func path(of location: BackendPlugIn.Location) -> String {
        SQLiteStore.path(of: location, in: self.configuration.folder)
    }

    /// A row where all regions pass, else one for each that does not; those that fail are taken out.
    private func check(
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

    private func writes(_ store: SQLiteStore?) async -> Finding {
        guard let store else { return .fail("it is not open", "Look at the checks above.") }
        do throws(BackendError) {
            guard try await store.status(in: AttemptContext(within: .seconds(5))).isReady else {
                return .fail(
                    "notReady: it is new or has lost data, and has not merged from a peer yet",
                    "Run `regionctl setup`; without peers `regionctl adopt \(store.region)` lets it take writes."
                )
            }
            guard try await store.probe(in: AttemptContext(within: .seconds(5))).writable != false else {
                return .fail("it takes no writes", "Look at the file's rights, at the disk and at `regionctl fault`.")
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
