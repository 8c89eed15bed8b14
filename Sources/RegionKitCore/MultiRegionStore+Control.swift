internal import Synchronization

extension MultiRegionStore {
    /// The health of all regions, the primary first.
    public func health() -> [RegionHealth] {
        let now = self.engine.time.now
        let isStalled = self.monitor.isStalled(at: now)
        return self.engine.state.withLock { $0.board.report(at: now) }.map { health in
            var health = health
            health.isMonitorStalled = isStalled
            return health
        }
    }

    /// Probes all regions at once, now, and returns when all have answered or their time is over.
    public func probe() async {
        await withTaskGroup(of: Void.self) { group in
            for position in self.regions.indices {
                group.addTask { await self.monitor.check(position) }
            }
        }
    }

    /// The region where the last operation of a kind went by default; nil before the first was routed.
    ///
    /// It is decided anew when an operation needs it: without traffic it may name a region that has failed meanwhile.
    /// ``explain(_:options:)`` tells where the next operation would go.
    public func activeRegion(for kind: OperationKind) -> Region? {
        self.engine.state.withLock { $0.board.activeRegion(for: kind) }.map { self.regions[$0] }
    }

    /// Takes a region out of every route at once, until it is restored.
    ///
    /// No probe undoes it.
    ///
    /// - Throws: ``RegionError`` when the store has no such region.
    public func evacuate(_ region: Region) throws(RegionError) {
        let position = try self.position(of: region)
        self.control { board, _ in board.evacuate(position) }
    }

    /// Puts a region first for reads and writes while it is healthy, whatever the policy says.
    ///
    /// - Parameters:
    ///   - region: The region.
    ///   - duration: For how long, above zero; nil until it is restored. No probe undoes it.
    /// - Throws: ``RegionError`` when the store has no such region, or when the duration is not above zero.
    public func prefer(_ region: Region, for duration: Duration? = nil) throws(RegionError) {
        let position = try self.position(of: region)
        guard duration ?? .seconds(1) > .zero else {
            throw RegionError(.validation, "a region is preferred for a time above zero", region: region)
        }
        self.control { board, now in board.prefer(position, until: duration.map { now.advanced(by: $0) }) }
    }

    /// Ends manual control of a region; its traffic returns in steps, as after a failure.
    ///
    /// - Throws: ``RegionError`` when the store has no such region.
    public func restore(_ region: Region) throws(RegionError) {
        let position = try self.position(of: region)
        self.control { board, now in board.restore(position, at: now) }
    }

    /// Tells where an operation would go and why, without running anything.
    public func explain(
        _ request: BackendRequest,
        options: OperationOptions = OperationOptions()
    ) throws(RegionError) -> RouteExplanation {
        try self.engine.explain(request, options)
    }

    /// Does what operators decided, and takes back what was decided before and is not any more.
    ///
    /// Regions that the store does not have are passed over. ``run()`` does this whenever the store's ``ControlFile``
    /// changes; a program that does not run the store may do it itself.
    public func obey(_ control: ManualControl) {
        let wall = self.engine.time.wallMilliseconds
        func end(_ preference: ManualControl.Preference?) -> Int64 { preference?.endMilliseconds ?? .max }
        func position(_ region: Region) -> Int? { self.regions.firstIndex(of: region) }
        self.obeyed.withLock { obeyed in
            guard control != obeyed else { return }
            // In one step: no operation is routed while some of it is done.
            self.control { board, now in
                var released = obeyed.evacuated.subtracting(control.evacuated)
                if let preferred = obeyed.preferred, preferred != control.preferred {
                    released.insert(preferred.region)
                }
                for region in released { if let place = position(region) { board.restore(place, at: now) } }
                for region in control.evacuated { if let place = position(region) { board.evacuate(place) } }
                if let preferred = control.preferred, preferred != obeyed.preferred, end(preferred) > wall,
                    let place = position(preferred.region)
                {
                    let rest = preferred.endMilliseconds.map { now.advanced(by: .milliseconds($0 - wall)) }
                    board.prefer(place, until: rest)
                }
            }
            obeyed = control
        }
    }

    /// Obeys a control file until the task is cancelled; one that cannot be read changes nothing.
    func follow(_ file: ControlFile) async throws {
        var seen: [UInt8]?
        while true {
            if let found = try? file.contents(), found != seen, let control = try? file.control(found) {
                seen = found
                self.obey(control)
            }
            try await self.engine.time.sleep(for: .milliseconds(200))
        }
    }

    private func position(of region: Region) throws(RegionError) -> Int {
        guard let position = self.regions.firstIndex(of: region) else {
            let known = self.regions.map(\.name).joined(separator: ", ")
            throw RegionError(.validation, "no region is called \(region); this store has \(known)", region: region)
        }
        return position
    }

    private func control(_ change: (inout RegionBoard, MonotonicInstant) -> Void) {
        let now = self.engine.time.now
        self.engine.change(at: now) { change(&$0.board, now) }
    }
}
