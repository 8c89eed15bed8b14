internal import RegionKitCore

// Manual control: what operators decide for every process that uses the deployment.
extension Invocation {
    /// Changes manual control and tells what holds now.
    ///
    /// - Parameter change: Given what holds, the region of R and the time in epoch milliseconds; its answer is the
    ///   sentence for people.
    func control(
        time: any TimeSource = SystemTime(),
        _ change: (inout ManualControl, Region, DeploymentConfiguration, Int64) throws(Failure) -> String
    ) throws -> ExitCode {
        let configuration = try self.configuration()
        guard let file = configuration.control else {
            throw Failure(.usage, .unsupported, "manual control needs a configuration file to be kept beside.")
        }
        let name = self.arguments.operands[0]
        let now = time.wallMilliseconds
        // A region that has left the configuration may still be under control.
        let region = try Region(name).isIn(try file.load()) ? Region(name) : configuration.region(named: name, for: "R")
        var outcome: Result<String, Failure> = .success("")
        let control = try file.change { control in
            control.dropWhatIsOver(at: now)
            let before = control
            outcome = Result { () throws(Failure) in try change(&control, region, configuration, now) }
            if case .failure = outcome { control = before }
        }
        let sentence = try outcome.get()
        guard !self.console.isJSON else {
            self.console.output(control.json)
            return .done
        }
        self.console.output(sentence)
        self.console.note("Running stores of this configuration obey within 200 ms, later commands at once.")
        return .done
    }
}

extension Region {
    /// Whether something is decided about it.
    fileprivate func isIn(_ control: ManualControl) -> Bool {
        control.evacuated.contains(self) || control.preferred?.region == self
    }
}

extension ManualControl {
    /// Ends a preference whose time is over.
    mutating func dropWhatIsOver(at wallMilliseconds: Int64) {
        if let end = self.preferred?.endMilliseconds, end <= wallMilliseconds { self.preferred = nil }
    }

    /// The form in `--json` output.
    fileprivate var json: JSON {
        [
            "evacuated": .array(self.evacuated.sorted().map { .string($0.name) }),
            "preferred": JSON(self.preferred) { preferred in
                [
                    "region": .string(preferred.region.name),
                    "untilMs": JSON(preferred.endMilliseconds) { .integer(Int($0)) },
                ]
            },
        ]
    }
}
