internal import RegionKitCore
internal import RegionKitTesting

extension Command {
    static let simulate = Command(
        "simulate",
        "Plays a deployment, its load and its faults on a virtual clock.",
        discussion: """
            Stores, engine, health checks and replication are the real ones; regions are in memory and the network is \
            emulated, so that hours pass in seconds. The same scenario, policy and seed give the same result. With \
            several seeds each figure is the median, and in parentheses the least and the greatest. The table has: the \
            share of operations that succeeded, errors, the time of half and of 99 of 100 operations, reads older than \
            what was acknowledged, writes that overwrote one they had not seen, acknowledged writes that are gone, \
            attempts beyond the first, changes of clients' routes, and how long clients took to give up the first \
            region with a fault, and their writes to be back. Exit code 1 means that a promise was not kept, or that \
            an acknowledged write was lost.
            """,
        operands: ["SCENARIO"],
        options: [.policy, .seeds, .firstSeed, .svg],
        examples: [
            "regionctl simulate Examples/Scenarios/regional-outage.json --svg outage.svg",
            "regionctl simulate s.json --policy primary-first --policy latency --seeds 20",
        ],
        needsConfiguration: false
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let series = try SimulationSeries(arguments)
        let (name, seed) = (series.scenario.name, series.seeds)
        let seeds = seed.count == 1 ? "seed \(seed.lowerBound)" : "seeds \(seed.lowerBound) to \(seed.upperBound)"
        console.line(console.styled("\(name), \(seeds)".harmless, .bold))
        console.line()
        // Before the simulations: a picture that cannot be written is known at once.
        let file = try arguments.value(.svg).map { path throws(Failure) in try ReplacingFile(path) }
        let result: SimulationResult
        do {
            result = try series.run(console)
            try file?.write(Array(result.picture.svg.utf8))
            try file?.commit()
        } catch {
            file?.discard()
            throw error
        }
        result.print(to: console)
        for line in try series.replays(of: result) { console.line(line.harmless) }
        if let path = arguments.value(.svg) {
            console.line("The picture of seed \(seed.lowerBound) is \(path.harmless).")
        }
        if console.isJSON { console.output(result.json) }
        return result.exit
    }
}

extension Option {
    static let policy = Option(
        "policy",
        value: "P",
        isRepeatable: true,
        "A policy as in a configuration, for example 'sticky(latency)'; one row and one lane for each. [primary-first]"
    )
    static let seeds = Option(
        "seeds",
        value: "N",
        "How many runs there are of each policy, each with a seed of its own. [1]"
    )
    static let firstSeed = Option("seed", value: "N", "The first seed. [1]")
    static let svg = Option("svg", value: "FILE", "Draws the first seed's timeline, one lane for each policy.")
}
