// What is set by hand.
extension RegionBoard {
    /// Takes a region out of every route.
    mutating func evacuate(_ position: Int) {
        guard !self.fenced.contains(position) else { return }
        self.fenced.insert(position)
        self.decideAnew()
        self.news.append(.evacuated(self.region(position)))
    }

    /// Puts a region first until the time is over, or until it is restored.
    mutating func prefer(_ position: Int, until: MonotonicInstant?) {
        self.preference = (position, until)
        self.decideAnew()
        self.news.append(.preferred(self.region(position)))
    }

    /// Ends manual control of a region; its traffic returns in steps.
    mutating func restore(_ position: Int, at now: MonotonicInstant) {
        if self.preference?.position == position { self.endPreference(at: now) }
        guard self.fenced.contains(position) else { return }
        self.fenced.remove(position)
        self.returnInSteps(position, at: now)
        self.decideAnew()
        self.news.append(.restored(self.region(position)))
    }

    mutating func expirePreference(at now: MonotonicInstant) {
        if let until = self.preference?.until, now >= until { self.endPreference(at: now) }
    }

    private mutating func endPreference(at now: MonotonicInstant) {
        guard let ended = self.preference?.position else { return }
        self.preference = nil
        for position in self.all where position != ended { self.returnInSteps(position, at: now) }
        self.decideAnew()
        self.news.append(.restored(self.region(ended)))
    }

    private mutating func decideAnew() {
        self.unsettled = PerKind(both: true)
        self.fencedActive = [:]
    }

    private mutating func returnInSteps(_ position: Int, at now: MonotonicInstant) {
        for kind in OperationKind.allCases where self.closed[kind].contains(position) {
            var ramp = self.ramps[kind][position] ?? FailbackRamp(since: now, self.configuration)
            if self.ramps[kind][position]?.isWaiting != true { ramp.skipDelay(at: now) }
            self.startRamp(kind, position, ramp)
        }
    }
}
