internal import RegionKitCore

extension Scenario {
    /// Refuses what cannot be played.
    func validate() throws(ConfigurationError) {
        func require(_ holds: Bool, _ field: String, _ message: String) throws(ConfigurationError) {
            guard holds else { throw ConfigurationError(field: field, message) }
        }
        try require((1...16).contains(self.regions.count), "regions", "found \(self.regions.count); allowed is 1 to 16")
        try require(self.duration > .zero, "duration", "found \(self.duration); allowed is above 0")
        let health = self.configuration.health
        let looks = self.duration / min(health.checkInterval, health.recoveryProbeInterval)
        let watched = self.clients.reduce(0) { $0 + Double($1.count) } * Double(self.regions.count) * looks
        try require(
            watched <= 50_000_000,
            "duration",
            "clients would look at regions \(Int(min(watched, 1e15))) times; allowed are 50000000; fewer clients, a shorter duration or a longer health.checkInterval help"
        )
        try require(self.load.keys > 0, "load.keys", "found \(self.load.keys); allowed is above 0")
        for (index, group) in self.clients.enumerated() {
            try require(group.count >= 0, "clients[\(index)].count", "found \(group.count); allowed is 0 and more")
            try require(
                group.rate > 0 && group.rate.isFinite,
                "clients[\(index)].rate",
                "found \(group.rate); allowed is above 0"
            )
            for region in self.regions {
                let latency = group.latency[region]
                try require(latency ?? .zero > .zero, "clients[\(index)].latency.\(region)", "a time above 0 is needed")
            }
        }
        let groups = self.clients.map(\.name)
        for (index, fault) in self.faults.enumerated() {
            for (field, region) in [("in", fault.region), ("to", fault.peer)] {
                guard let region, !self.regions.contains(region) else { continue }
                let known = self.regions.map(\.name).joined(separator: ", ")
                throw ConfigurationError(
                    field: "faults[\(index)].\(field)",
                    "no region is called \(region); there are \(known)"
                )
            }
            if let group = fault.clients {
                let known = groups.joined(separator: ", ")
                try require(
                    groups.contains(group),
                    "faults[\(index)].clients",
                    "no clients are called \(group); there are \(known)"
                )
            }
            if case .clockSkew(let skew) = fault.kind {
                let isShort = max(skew, .zero - skew) <= .seconds(3600)
                try require(isShort, "faults[\(index)].by", "found \(skew); allowed is -1h to 1h")
            }
            if case .flapping(let period) = fault.kind {
                try require(period > .zero, "faults[\(index)].by", "found \(period); allowed is above 0")
            }
        }
    }
}
