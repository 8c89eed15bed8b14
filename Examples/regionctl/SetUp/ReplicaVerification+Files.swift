internal import BackendDynamo
internal import BackendSQLite
internal import Dispatch
internal import Foundation
internal import RegionKitCore

extension ReplicaVerification {
    /// The checks of SQLite regions in order; a region that fails one is in none that comes after.
    ///
    /// No file is made.
    func fileRows() async -> [VerifyReport.Row] {
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
        return rows + (await self.rows(of: stores, in: &locations))
    }

    private func path(of location: BackendPlugIn.Location) -> String {
        SQLiteStore.path(of: location, in: self.configuration.folder)
    }
}
