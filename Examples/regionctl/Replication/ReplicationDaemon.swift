internal import RegionKitCore
internal import Synchronization

/// `replicate`: runs the replicator of a table until it is stopped.
final class ReplicationDaemon: Sendable {
    private static let tick = Duration.milliseconds(500)
    /// How long regions that could not be opened are left alone at most.
    private static let longestWait = Duration.seconds(30)

    private let configuration: DeploymentConfiguration
    private let console: Console
    private let time = SystemTime()
    private let view: Mutex<ReplicationView>

    init(_ invocation: Invocation) throws(Failure) {
        self.console = invocation.console
        self.configuration = try invocation.configuration()
        self.view = Mutex(ReplicationView(title: "replication of \(self.configuration.schema.name)"))
    }

    /// Replicates until the command is cancelled.
    func run() async throws -> ExitCode {
        let start = self.time.now
        let screen = self.console.isTerminal && !self.console.isJSON ? Screen(self.console) : nil
        defer { screen?.close() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let screen { group.addTask { try await self.show(on: screen) } }
                group.addTask { try await self.replicate() }
                try await group.next()
                group.cancelAll()
            }
        } catch  where Task.isCancelled {}
        let links = self.view.withLock { $0.links }
        let elapsed = start.duration(to: self.time.now)
        let text = "stopped after \(elapsed.brief): \(links.reduce(0) { $0 + $1.applied }.grouped) changes applied"
        if let screen {
            screen.close()
            self.console.line(text)
        } else {
            self.tell(text)
        }
        if self.console.isJSON { self.console.output(Self.document(links, elapsed)) }
        return Interruption.isTermination ? .done : .interrupted
    }

    private func replicate() async throws {
        let deployment = try await self.open()
        let result: Result<Void, any Error>
        do {
            guard let replicator = deployment.replicator else {
                throw Failure.usage("the regions of this table replicate by themselves; there is nothing to run.")
            }
            let names = deployment.endpoints.map(\.region.name).joined(separator: ", ")
            self.tell("started: \(self.configuration.schema.name) in \(names)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in deployment.services { group.addTask { try await service.run() } }
                group.addTask {
                    while !Task.isCancelled {
                        self.view.withLock { $0.links = replicator.links() }
                        try? await self.time.sleep(for: Self.tick)
                    }
                    self.view.withLock { $0.links = replicator.links() }
                }
                try await group.waitForAll()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await deployment.shutdown()
        try result.get()
    }

    /// Opens all regions; as long as one cannot be opened, says so and tries again.
    private func open() async throws -> Deployment {
        var wait = Duration.seconds(1)
        var told: [String] = []
        while true {
            let deployment = try await Deployment(self.configuration, onReplication: { self.tell("\($0)") })
            guard !deployment.isWhole else { return deployment }
            let notes = deployment.notes
            await deployment.shutdown()
            if notes != told { for note in notes { self.tell(note, .red) } }
            if told.isEmpty { self.tell("nothing is replicated until every region can be opened; trying again") }
            told = notes
            try await self.time.sleep(for: wait)
            wait = min(wait * 2, Self.longestWait)
        }
    }

    private func tell(_ text: String, _ style: Console.Style? = nil) {
        let entry = LogEntry(wallMilliseconds: self.time.wallMilliseconds, text: text, style: style)
        self.view.withLock { $0.happened(entry) }
        if self.console.isJSON || !self.console.isTerminal { self.console.log(entry.row) }
    }

    private func show(on screen: Screen) async throws {
        while true {
            let wall = self.time.wallMilliseconds
            screen.draw(self.view.withLock { $0.lines(screen.size, wall) })
            try await self.time.sleep(for: Self.tick)
        }
    }

    private static func document(_ links: [LinkStatus], _ elapsed: Duration) -> JSON {
        [
            "links": .array(
                links.map { link in
                    [
                        "from": .string(link.source.name),
                        "to": .string(link.target.name),
                        "lagMs": JSON(link.lag) { .number($0.milliseconds) },
                        "applied": .integer(link.applied),
                        "failures": .integer(link.failures),
                        "isHeld": .bool(link.isHeld),
                    ]
                }
            ),
            "seconds": .number(elapsed.milliseconds / 1000),
        ]
    }
}
