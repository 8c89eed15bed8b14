internal import RegionKitCore

/// All that a verification asks one region.
struct RegionFacts: Sendable {
    let region: Region
    let state: TableState
    /// Whether the table can be restored to an earlier moment, or why that is not known; nil where it was not asked.
    var backups: Result<Bool, RegionError>?
    /// What RegionKit calls; empty where that was not tried.
    var trials: [PermissionTrial] = []
}

extension RegionFacts {
    /// Asks.
    init(_ plane: ControlPlane, _ schema: TableSchema) async {
        self.init(region: plane.region, state: await plane.state(of: schema.name))
        switch self.state {
        case .missing: return
        // One who may not describe the table may well use it; in a region that is down each call would wait in vain.
        case .unknown(let error) where error.code != .accessDenied: return
        case .unknown: break
        case .exists:
            do throws(RegionError) {
                self.backups = .success(try await plane.hasContinuousBackups(schema.name))
            } catch {
                self.backups = .failure(error)
            }
        }
        self.trials = await PermissionTrial.all(plane, schema)
    }
}
