internal import RegionKitCore

extension Command {
    static let demo = Command(
        "demo",
        "Shows a failover and a failback on this machine, in a dozen seconds.",
        discussion: """
            Three SQLite regions, real and generated workset records, live traffic: the primary fails, traffic moves \
            on, the primary recovers, traffic returns. Then every acknowledged write is looked up in every region. \
            Exit code 1 means that one was lost, that a read failed, or that regions differ. With --endpoint the \
            regions are those of a DynamoDB global table that is made on a local server, each behind a proxy that can \
            cut its network; the table stays there. With --redis they are Redis servers that the demo starts.
            """,
        options: [.dir, .seed, .keep, .endpoint, .redis],
        needsConfiguration: false
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let seed = try arguments.integer(.seed, in: 0...Int.max) ?? .random(in: 0..<1_000_000)
        var settings = DemoSettings(seed: seed)
        var folder: DemoFolder?
        let regions: any DemoRegions
        settings.isNetworked = arguments.value(.endpoint) != nil || arguments.value(.redis) != nil
        guard !settings.isNetworked || arguments.value(.dir) == nil && !arguments.has(.keep) else {
            throw Failure.usage(
                "--dir and --keep are for files; the table of --endpoint stays on its server, servers of --redis end."
            )
        }
        if let endpoint = arguments.value(.endpoint) {
            guard arguments.value(.redis) == nil else {
                throw Failure.usage("--endpoint and --redis are two kinds of regions; a demo has one.")
            }
            settings.table += "-\(SystemTime().wallMilliseconds)"
            regions = try await ProxiedRegions(settings, at: endpoint, console)
        } else if let name = arguments.value(.redis) {
            guard let fault = ServerRegions.Fault(rawValue: name) else {
                let known = ServerRegions.Fault.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure.usage("--redis: found \(name.shown); known are \(known).")
            }
            regions = try await ServerRegions(settings, fault)
        } else {
            let made = try DemoFolder(arguments.value(.dir), settings)
            folder = made
            do { regions = try await FileRegions(settings, in: made) } catch {
                if !arguments.has(.keep) { made.remove() }
                throw error
            }
        }
        defer { if !arguments.has(.keep) { folder?.remove() } }
        let names = settings.regions.map { $0 == settings.primary ? "\($0) (primary)" : "\($0)" }
        console.line(console.styled("\(regions.title) \(names.joined(separator: ", ")); seed \(seed)", .bold))
        console.line(console.styled(settings.summary, .dim))
        console.line()
        let report: DemoReport
        do { report = try await Demo(settings, regions, console).run() } catch {
            await regions.close()
            throw error
        }
        await regions.close()
        report.print(to: console)
        if let folder, arguments.has(.keep) {
            console.line()
            console.line("The databases stay: regionctl status --config \(folder.path)/regionkit.json")
        }
        if console.isJSON { console.output(report.json) }
        return report.isGood ? .done : .no
    }
}

extension Option {
    static let endpoint = Option("endpoint", value: "URL", "DynamoDB regions of a local server: http://127.0.0.1:PORT.")
    static let redis = Option("redis", value: "FAULT", "Redis regions; the primary fails by kill, stop or cut.")
}
