internal import RegionKitCore

extension Command {
    static let demo = Command(
        "demo",
        "Shows a failover and a failback on this machine, in a dozen seconds.",
        discussion: """
            Three SQLite regions, real and generated workset records, live traffic: the primary fails, traffic moves \
            on, the primary recovers, traffic returns. Then every acknowledged write is looked up in every region. \
            Exit code 1 means that one was lost, or that regions differ.
            """,
        options: [.dir, .seed, .keep],
        needsConfiguration: false
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let seed = try arguments.integer(.seed, in: 0...Int.max) ?? .random(in: 0..<1_000_000)
        let settings = DemoSettings(seed: seed)
        let folder = try DemoFolder(arguments.value(.dir), settings)
        defer { if !arguments.has(.keep) { folder.remove() } }
        let names = settings.regions.map { $0 == settings.primary ? "\($0) (primary)" : "\($0)" }
        console.line(console.styled("SQLite regions \(names.joined(separator: ", ")); seed \(seed)", .bold))
        console.line(console.styled(settings.summary, .dim))
        console.line()
        let report = try await Demo(settings, folder, console).run()
        report.print(to: console)
        if arguments.has(.keep) {
            console.line()
            console.line("The databases stay: regionctl status --config \(folder.path)/regionkit.json")
        }
        if console.isJSON { console.output(report.json) }
        return report.isGood ? .done : .no
    }
}
