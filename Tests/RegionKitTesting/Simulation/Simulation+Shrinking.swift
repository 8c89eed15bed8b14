public import RegionKitCore

extension Simulation {
    /// The same simulation with as few and as short faults as still break the promise: what to look at when it fails.
    ///
    /// Takes a run for each fault, and up to five more for each that stays. A simulation that keeps the promise is returned as it is.
    ///
    /// - Parameter promise: The promise's number, as in ``SimulationReport/Violation/promise``.
    /// - Throws: ``ConfigurationError``, as ``run()`` does.
    public func shrunk(keeping promise: String) throws(ConfigurationError) -> Simulation {
        var smallest = self
        guard try smallest.breaks(promise) else { return self }
        var index = 0
        while index < smallest.scenario.faults.count {
            var smaller = smallest
            smaller.scenario.faults.remove(at: index)
            if try smaller.breaks(promise) { smallest = smaller } else { index += 1 }
        }
        for index in smallest.scenario.faults.indices {
            for _ in 0..<5 {
                guard let duration = smallest.scenario.faults[index].duration else { break }
                var smaller = smallest
                smaller.scenario.faults[index].duration = duration / 2
                guard try smaller.breaks(promise) else { break }
                smallest = smaller
            }
        }
        return smallest
    }

    private func breaks(_ promise: String) throws(ConfigurationError) -> Bool {
        try self.run().violations.contains { $0.promise == promise }
    }
}
