internal import RegionKitCore
internal import Worksets

/// What a demo runs: its regions, its traffic and its durations.
struct DemoSettings: Sendable {
    let seed: Int
    /// Whether regions are reached over a network, whose time-outs are seconds.
    var isNetworked = false
    /// The table's name.
    var table = WorksetConfiguration().table
    /// The primary first.
    let regions: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    /// How many clients work at once.
    let clients = 6
    /// How long a client rests between two operations, on average.
    let rest: Duration = .milliseconds(16)
    /// How long all is well before the primary fails.
    let calm: Duration = .seconds(2)
    /// How long the primary is out.
    let outage: Duration = .seconds(3)
    /// How long traffic goes on after it has returned.
    let epilogue: Duration = .milliseconds(700)
    /// How long the return of traffic may take.
    let patience: Duration = .seconds(7)
    /// How long replication may take to settle.
    let settling: Duration = .seconds(5)

    var primary: Region { self.regions[0] }

    /// The health durations of production, shortened so that minutes become seconds.
    var store: StoreConfiguration {
        var store = StoreConfiguration()
        store.deadline = self.isNetworked ? .seconds(5) : .seconds(2)
        store.attemptTimeout = self.isNetworked ? .seconds(1) : .milliseconds(500)
        store.health.checkInterval = .milliseconds(500)
        store.health.probeTimeout = store.attemptTimeout
        store.health.recoveryProbeInterval = .milliseconds(200)
        store.health.cooldown = .milliseconds(500)
        store.health.maximumCooldown = .milliseconds(500)
        store.health.failbackDelay = .milliseconds(1500)
        store.health.failbackSteps = .milliseconds(800)
        return store
    }

    var worksets: WorksetConfiguration {
        var worksets = WorksetConfiguration(table: self.table, regions: self.regions, primary: self.primary)
        worksets.store = self.store
        return worksets
    }

    /// The durations, for people.
    var summary: String {
        let health = self.store.health
        return "Shortened: checks \(health.checkInterval.brief), in recovery \(health.recoveryProbeInterval.brief); "
            + "cool-down \(health.cooldown.brief);\nfailback after \(health.failbackDelay.brief), "
            + "in steps of \(health.failbackSteps.brief); attempts \(self.store.attemptTimeout.brief); "
            + "operations \(self.store.deadline.brief)."
    }

    /// The configuration file for the folder of a demo, for the other commands.
    var document: JSON {
        let (store, schema) = (self.store, self.worksets.schema)
        func text(_ duration: Duration) -> JSON { .string("\(Int(duration.milliseconds))ms") }
        return [
            "table": [
                "name": .string(schema.name),
                "partitionKey": .string(schema.partitionKey.name),
                "indexes": .array(
                    schema.indexes.map { index in
                        [
                            "name": .string(index.name),
                            "partitionKey": .string(index.partitionKey.name),
                            "sortKey": JSON(index.sortKey) { .string($0.name) },
                        ]
                    }
                ),
            ],
            "primary": .string(self.primary.name),
            "regions": .array(
                self.regions.map { ["name": .string($0.name), "backend": .string("sqlite:\($0).sqlite")] }
            ),
            "policy": "primary-first",
            "health": [
                "checkInterval": text(store.health.checkInterval),
                "failoverThreshold": .integer(store.health.failoverThreshold),
                "latencyThreshold": text(store.health.latencyThreshold),
                "recoveryThreshold": .integer(store.health.recoveryThreshold),
                "cooldown": text(store.health.cooldown),
                "failbackDelay": text(store.health.failbackDelay),
                "failbackSteps": text(store.health.failbackSteps),
            ],
            "deadline": text(store.deadline),
            "attemptTimeout": text(store.attemptTimeout),
            "metrics": "none",
        ]
    }
}
