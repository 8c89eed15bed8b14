internal import RegionKitCore

// How the commands of the data plane answer.
extension Invocation {
    /// How long is waited for replication.
    static let replicationLimit = Duration.seconds(30)

    /// Runs an operation on the opened table; tells what is wrong with its regions, and with `--trace` the attempts.
    func run<Value: Sendable>(
        _ configuration: DeploymentConfiguration,
        _ operation: @Sendable @escaping (MultiRegionStore) async throws -> Routed<Value>
    ) async throws -> Routed<Value> {
        try await self.runWaiting(configuration, operation) { _, _ in }.answer
    }

    /// Runs a write, and waits for its replication with `--wait-replicated`; tells what became of it.
    ///
    /// - Parameters:
    ///   - done: The beginning of the sentence that tells it.
    ///   - key: The item.
    func write(
        _ done: String,
        _ key: Key,
        _ configuration: DeploymentConfiguration,
        _ operation: @Sendable @escaping (MultiRegionStore) async throws -> Routed<WriteResult>
    ) async throws -> ExitCode {
        let waits = self.arguments.has(.waitReplicated)
        let (answer, pending) = try await self.runWaiting(configuration, operation) { table, answer in
            waits ? await table.pending(answer, of: key, within: Self.replicationLimit) : nil
        }
        // Who stops the waiting still has to know what was written.
        let code: ExitCode = Task.isCancelled ? .interrupted : .done
        guard !self.console.isJSON else {
            var members: [JSON.Member] = [
                .init(name: "region", value: .string(answer.region.name)),
                .init(name: "version", value: JSON(answer.version) { .string("\($0)") }),
                .init(name: "attempts", value: .array(answer.attempts.map(\.json))),
            ]
            if let pending {
                members.append(.init(name: "pending", value: .array(pending.map { .string($0.name) })))
            }
            self.console.output(JSON.object(members))
            return code
        }
        let version = answer.version.map { ", version \($0)" } ?? ""
        let arrived = pending?.isEmpty == true ? ", and arrived in every region" : ""
        self.console.output("\(done) in \(answer.region)\(version)\(arrived).")
        if let pending, !pending.isEmpty {
            let names = pending.map(\.name).joined(separator: ", ")
            self.console.output("It may not be in \(names) yet; `regionctl status` tells why.")
        }
        return code
    }

    /// Shows a page of items.
    func show(_ answer: Routed<Page>, in schema: TableSchema) throws -> ExitCode {
        let items = try answer.items.map { try self.document($0, of: schema) }
        let next = answer.next?.text
        if self.console.isJSON {
            self.console.output([
                "items": .array(items), "count": .integer(items.count), "next": JSON(next) { .string($0) },
                "region": .string(answer.region.name),
            ])
        } else if self.isReadable {
            let text = ItemText(schema: schema, console: self.console)
            for (place, item) in answer.items.enumerated() {
                if place > 0 { self.console.output("") }
                text.lines(item).forEach { self.console.output($0) }
            }
            let count = answer.items.count == 1 ? "1 item" : "\(answer.items.count.grouped) items"
            self.console.output(self.console.styled("\(count) from \(answer.region)", .dim))
        } else {
            items.forEach { self.console.output($0) }
        }
        if let next, !self.console.isJSON { self.console.note("There may be more: --next \(next)") }
        return .done
    }

    private var isConditional: Bool { self.arguments.has(.condition) || self.arguments.has(.ifNotExists) }

    /// Whether items are shown attribute by attribute, for people.
    var isReadable: Bool { self.console.isTerminal && !self.arguments.has(.plainOutput) }

    /// An item as JSON: DynamoDB's, or with `--plain` the ordinary one.
    func document(_ item: Item) throws(Failure) -> JSON {
        self.arguments.has(.plainOutput) ? try item.plain() : item.json
    }

    /// An item of several; an error names its key.
    private func document(_ item: Item, of schema: TableSchema) throws(Failure) -> JSON {
        do throws(Failure) {
            return try self.document(item)
        } catch {
            let key = [schema.partitionKey.name, schema.sortKey?.name].compactMap {
                $0.flatMap { item[$0]?.text.shown }
            }
            var failure = error
            failure.message = "item \(key.joined(separator: ", ")): \(error.message)"
            throw failure
        }
    }

    private func runWaiting<Value: Sendable, Rest: Sendable>(
        _ configuration: DeploymentConfiguration,
        _ operation: @Sendable @escaping (MultiRegionStore) async throws -> Routed<Value>,
        then rest: @Sendable @escaping (OpenTable, Routed<Value>) async -> Rest
    ) async throws -> (answer: Routed<Value>, rest: Rest) {
        let result = try await self.withTable(configuration) { table in
            let answer: Routed<Value>
            do {
                answer = try await operation(table.store)
            } catch var error as RegionError where error.code == .outcomeUnknown && self.isConditional {
                // The condition may not hold any more because of this very write.
                error.message = "the write may or may not have been done; read the item before you repeat it"
                throw error
            }
            return (answer: answer, rest: await rest(table, answer), notes: table.deployment.notes)
        }
        result.notes.forEach { self.console.note($0) }
        if self.arguments.has(.trace) { result.answer.attempts.forEach { self.console.note("  \($0)") } }
        return (result.answer, result.rest)
    }
}
