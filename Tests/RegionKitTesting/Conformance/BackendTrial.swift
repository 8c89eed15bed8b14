internal import RegionKitCore

/// What the check of one rule works with: a backend that other rules use too, and keys of its own.
struct BackendTrial: Sendable {
    let backend: any RegionBackend
    let schema: TableSchema
    let number: Int
    let time: any TimeSource
    let log: ConformanceLog

    /// A text that no other rule uses.
    var name: String { "rule-\(self.number)" }

    /// A key of a table with text keys.
    func key(_ sort: String) -> Key {
        Key(.string(self.name), sort: .string(sort))
    }

    /// An item of the table with text keys.
    func item(_ sort: String, _ attributes: Item = [:]) -> Item {
        attributes.merging(["pk": .string(self.name), "sk": .string(sort)]) { $1 }
    }

    /// A context with a fresh operation id.
    func context(
        for duration: Duration = .seconds(10),
        operation: OperationID? = nil,
        mayHaveRun: Bool = false,
        clockFloor: HybridTimestamp? = nil
    ) -> AttemptContext {
        var generator = SystemRandomNumberGenerator()
        return AttemptContext(
            deadline: self.time.now.advanced(by: duration),
            operation: operation ?? .random(using: &generator),
            mayHaveRun: mayHaveRun,
            clockFloor: clockFloor,
            time: self.time
        )
    }

    @discardableResult
    func write(_ write: Write, in context: AttemptContext? = nil) async throws -> WriteResult {
        let response = try await self.backend.perform(.write(write), in: context ?? self.context())
        guard case .written(let result) = response else { throw Self.violation("written", response) }
        return result
    }

    func put(_ items: Item...) async throws {
        for item in items { try await self.write(.put(item)) }
    }

    func read(_ key: Key) async throws -> GetResult {
        let response = try await self.backend.perform(.get(key, .consistent), in: self.context())
        guard case .item(let result) = response else { throw Self.violation("item", response) }
        return result
    }

    func get(_ key: Key) async throws -> Item? {
        try await self.read(key).item
    }

    func batchGet(_ keys: [Key]) async throws -> [GetResult] {
        let response = try await self.backend.perform(.batchGet(keys, .consistent), in: self.context())
        guard case .items(let results) = response else { throw Self.violation("items", response) }
        return results
    }

    func query(_ query: Query) async throws -> Page {
        let response = try await self.backend.perform(.query(query), in: self.context())
        guard case .page(let page) = response else { throw Self.violation("page", response) }
        return page
    }

    /// All pages of a query.
    func queryAll(_ query: Query) async throws -> [Item] {
        var (query, items) = (query, [Item]())
        repeat {
            let page = try await self.query(query)
            items += page.items
            query.next = page.next
        } while query.next != nil && items.count < 10_000
        return items
    }

    /// All pages of a scan, without the items of other rules.
    func scanAll(_ scan: Scan) async throws -> [Item] {
        var (scan, items) = (scan, [Item]())
        repeat {
            let response = try await self.backend.perform(.scan(scan), in: self.context())
            guard case .page(let page) = response else { throw Self.violation("page", response) }
            items += page.items.filter { $0["pk"] == .string(self.name) }
            scan.next = page.next
        } while scan.next != nil && items.count < 10_000
        return items
    }

    func batch(_ request: BackendRequest) async throws -> [WriteResult] {
        let response = try await self.backend.perform(request, in: self.context())
        guard case .batch(let results) = response else { throw Self.violation("batch", response) }
        return results
    }

    /// What became of the operation of a context, as if the region had not been made just now.
    func outcome(of write: Write, _ context: AttemptContext) async throws -> WriteOutcome {
        guard var unresolved = UnresolvedWrite(.write(write), in: self.schema, time: self.time) else {
            throw BackendError(.rejected, .validation, "\(write) is no write")
        }
        unresolved.beganMilliseconds += 120_000
        let again = self.context(operation: context.operation)
        let response = try await self.backend.perform(.resolve(unresolved), in: again)
        guard case .outcome(let outcome) = response else { throw Self.violation("outcome", response) }
        return outcome
    }

    private static func violation(_ expected: String, _ response: BackendResponse) -> BackendError {
        BackendError(.rejected, .protocolViolation, "expected a response of case .\(expected), found \(response)")
    }
}
