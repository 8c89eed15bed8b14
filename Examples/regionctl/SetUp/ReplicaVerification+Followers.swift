internal import BackendDynamo
internal import BackendRedis
internal import RegionKitCore

extension ReplicaVerification {
    /// The checks of Redis servers among which Redis itself replicates; a region that fails one is in none that comes
    /// after.
    func followerRows() async throws(ConfigurationError) -> [VerifyReport.Row] {
        var locations = self.configuration.regions
        let (schema, folder) = (self.configuration.schema, self.configuration.folder)
        guard let set = try RedisReplicas(locations, schema: schema, in: folder) else { return [] }
        func replica(_ location: BackendPlugIn.Location) -> RedisReplica? {
            set.replicas.first { $0.region == location.region }
        }
        var (roles, writable) = ([Region: RedisRole](), Set<Region>())
        var rows = await self.check("server", &locations) { location in
            guard let replica = replica(location) else { return .fail("it is not open", "Look at the configuration.") }
            do throws(BackendError) {
                roles[location.region] = try await replica.role(in: AttemptContext(within: .seconds(5)))
                let report = try await replica.probe(in: AttemptContext(within: .seconds(5)))
                if report.writable == true { writable.insert(location.region) }
                return .pass("answers, and can hold the table")
            } catch {
                return .fail(error.message, "End the cause, then run this again.")
            }
        }
        let masters = roles.filter(\.value.isMaster).map(\.key).sorted()
        rows += locations.map { location in
            let finding = self.role(roles[location.region], masters)
            return VerifyReport.Row("role", location.region, finding)
        }
        if masters.isEmpty {
            let fix = "Promote one (`redis-cli REPLICAOF NO ONE`), or let Sentinel do it; RegionKit never does."
            rows.append(VerifyReport.Row("role", nil, .fail("no server is the master: nothing can be written", fix)))
        }
        rows += await self.check("durability", &locations) { location in
            guard let durability = replica(location)?.durability else {
                return .warn("not known", "Run it again when the server answers.")
            }
            let fix = "With `appendonly yes` and `appendfsync always` a server keeps all that it has acknowledged."
            return durability == .always ? .pass(durability.recoveryPoint) : .warn(durability.recoveryPoint, fix)
        }
        if !masters.isEmpty {
            let isWritable = !writable.isEmpty
            let fix = "Look at the master's disk and memory, and at its min-replicas-to-write: `redis-cli INFO`."
            rows.append(
                VerifyReport.Row("writes", nil, isWritable ? .pass("taken") : .fail("the master takes none", fix))
            )
        }
        let loss = "a promotion loses the acknowledged writes that had not reached the server which is promoted"
        let fix =
            "`min-replicas-to-write` and `min-replicas-max-lag` bound it. Without mode=replicas RegionKit replicates, and "
            + "a failover loses none."
        rows.append(VerifyReport.Row("promotion", nil, .warn(loss, fix)))
        await set.shutdown()
        return rows
    }

    private func role(_ role: RedisRole?, _ masters: [Region]) -> Finding {
        switch role {
        case .master where masters.count > 1:
            let names = masters.map(\.name).joined(separator: " and ")
            let fix =
                "The servers of \(names) take writes apart from each other: make all but one replicas of that one."
            return .fail("one of \(masters.count) masters", fix)
        case .replica(_, false):
            let fix = "Look at `redis-cli INFO replication` there; until then it serves old data, or none."
            return .warn(role.map { "\($0)" } ?? "", fix)
        case .some(let role): return .pass("\(role)")
        case nil: return .fail("not known", "Run it again when the server answers.")
        }
    }
}

extension VerifyReport.Row {
    fileprivate init(_ check: String, _ region: Region?, _ finding: ReplicaVerification.Finding) {
        self.init(check: check, outcome: finding.outcome, region: region, found: finding.found, fix: finding.fix)
    }
}
