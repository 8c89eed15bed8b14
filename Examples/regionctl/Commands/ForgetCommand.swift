internal import BackendRedis
internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

extension Command {
    static let forget = Command(
        "forget",
        "Makes the regions of the configuration drop a peer that was retired for good.",
        discussion: """
            Take R out of the configuration first, and restart what runs with the old one: a process that still has R \
            brings it back. Then this makes the others forget R, merges them from each other once, because its last \
            writes may have reached only some of them, and waits for that, at most 30 s. Until then no region \
            discards deleted items or old log entries. Manual control of R ends. R's own data is left as it is. \
            Exit code 1 means that a region did not get that far, or that none remembers R.
            """,
        operands: ["R"],
        examples: ["regionctl forget eu-west-1"]
    ) { invocation in
        let console = invocation.console
        let configuration = try invocation.configuration()
        let region = Region(invocation.arguments.operands[0])
        guard region.isValid else {
            throw Failure.usage(
                "R: found \(region.name.shown); a name is 1 to 63 of a-z, 0-9 and -, not starting with -."
            )
        }
        guard invocation.environment["REGIONKIT_MULTI_REGION"] != "false" else {
            throw Failure.usage("REGIONKIT_MULTI_REGION=false hides regions that must take part; unset it for this.")
        }
        guard configuration.hasFiles || configuration.hasServers else {
            throw Failure(
                .usage,
                .unsupported,
                "the regions of this table replicate by themselves; none has to forget another."
            )
        }
        guard !configuration.regions.contains(where: { $0.region == region }) else {
            throw Failure.usage(
                "\(region) is still in the configuration; take it out there first, then run this again."
            )
        }
        // Before the regions are opened with their peers, which is what makes them forget.
        if let retired = try await configuration.retiredRegions(), !retired.contains(region) {
            let names = retired.isEmpty ? "none" : retired.sorted().map(\.name).joined(separator: ", ")
            throw Failure(.no, .validation, "no region remembers \(region); retired and still remembered: \(names).")
        }
        try configuration.control?.change { control in
            control.dropWhatIsOver(at: SystemTime().wallMilliseconds)
            control.evacuated.remove(region)
            if control.preferred?.region == region { control.preferred = nil }
        }
        let pending = try await invocation.withTable(configuration) { table in
            try await table.deployment.forget(region, within: Invocation.replicationLimit)
        }
        if console.isJSON {
            console.output([
                "region": .string(region.name), "pending": .array(pending.map { .string($0.name) }),
            ])
        } else if pending.isEmpty {
            console.output("No region remembers \(region), and each has what the others have.")
        } else {
            let names = pending.map(\.name).joined(separator: ", ")
            console.output("Not done in \(names); `regionctl status` tells why. Run this again when they serve.")
        }
        return pending.isEmpty ? .done : .no
    }
}

extension DeploymentConfiguration {
    /// The regions that have left the configuration, and that a region or manual control remembers; nil while a region
    /// cannot tell.
    fileprivate func retiredRegions() async throws -> Set<Region>? {
        let control = try self.control?.load()
        var names = control?.evacuated ?? []
        if let preferred = control?.preferred?.region { names.insert(preferred) }
        for location in self.regions {
            let store: any ReplicaStore
            if self.hasServers {
                store = try RedisStore(location, schema: self.schema, in: self.folder)
            } else {
                let file = SQLiteStore.Configuration(
                    path: SQLiteStore.path(of: location, in: self.folder),
                    region: location.region,
                    schema: self.schema
                )
                guard FileManager.default.fileExists(atPath: file.path) else { continue }
                guard let opened = try? SQLiteStore.open(file) else { return nil }
                store = opened
            }
            let status = try? await store.status(in: AttemptContext(within: .seconds(5)))
            await store.shutdown()
            guard let status else { return nil }
            names.formUnion(status.cursors.keys)
        }
        return names.subtracting(self.regions.map(\.region))
    }
}

extension Deployment {
    /// Waits until no region stands in relation to a former peer, and all have merged from each other.
    ///
    /// Opening without it and replicating is what makes them forget.
    ///
    /// - Returns: The regions that are not so far.
    fileprivate func forget(_ region: Region, within limit: Duration) async throws -> [Region] {
        guard let replicator = self.replicator else {
            throw Failure(.noRegion, .unavailable, "every other region is needed. \(self.notes.joined(separator: " "))")
        }
        let pending = try await replicator.waitForArrival(of: self.endpoints.map(\.region), within: limit)
        var late = Set(pending)
        for store in self.stores where !late.contains(store.region) {
            let status = try? await store.status(in: AttemptContext(within: .seconds(5)))
            if status?.cursors[region] != nil || status == nil { late.insert(store.region) }
        }
        return late.sorted()
    }
}
