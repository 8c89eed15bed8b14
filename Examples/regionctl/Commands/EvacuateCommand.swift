internal import RegionKitCore

extension Command {
    static let evacuate = Command(
        "evacuate",
        "Takes a region out of every route, until it is restored.",
        discussion: """
            It is kept beside the configuration: running stores of this configuration obey within 200 ms, and no \
            health check undoes it. Operations under way end where they began; replication goes on. A preference for \
            R ends. The last region cannot be evacuated.
            """,
        operands: ["R"],
        examples: ["regionctl evacuate us-west-2"]
    ) { invocation in
        try invocation.control { control, region, configuration, _ throws(Failure) in
            control.evacuated.insert(region)
            if control.preferred?.region == region { control.preferred = nil }
            guard configuration.regions.contains(where: { !control.evacuated.contains($0.region) }) else {
                throw .usage("\(region) is the last region that is not evacuated; restore another one first.")
            }
            return "\(region) is evacuated until `regionctl restore \(region)`."
        }
    }
}
