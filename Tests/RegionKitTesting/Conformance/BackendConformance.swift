public import RegionKitCore

/// Checks that a ``RegionBackend`` keeps its contract.
///
/// ```swift
/// let failures = await BackendConformance { schema in try await makeBackend(schema) }.run()
/// #expect(failures.isEmpty)
/// ```
///
/// The suite asks for an empty backend for each of its ``schemas``, and for one more that it shuts down. Rules about
/// something that ``BackendCapabilities`` declares as missing are left out.
public struct BackendConformance: Sendable {
    /// One promise and how it is checked.
    struct Rule: Sendable {
        var name: String
        var table: TableSchema = BackendConformance.texts
        var applies: @Sendable (BackendCapabilities) -> Bool = { _ in true }
        var check: @Sendable (BackendTrial) async throws -> Void
    }

    private let time: any TimeSource
    private let makeBackend: @Sendable (TableSchema) async throws -> any RegionBackend

    /// Prepares the suite.
    ///
    /// - Parameters:
    ///   - time: The clock of all contexts.
    ///   - makeBackend: Makes a backend with an empty table of the given schema.
    public init(
        time: any TimeSource = SystemTime(),
        makeBackend: @escaping @Sendable (TableSchema) async throws -> any RegionBackend
    ) {
        self.time = time
        self.makeBackend = makeBackend
    }

    /// The tables the suite uses.
    public static let schemas = [texts, numbers, bytes, plain]

    static let texts = TableSchema(
        name: "conformance-texts",
        partitionKey: "pk",
        sortKey: "sk",
        indexes: [
            .init("byGroup", partitionKey: "group", sortKey: .init("rank", .number)),
            .init("byOwner", partitionKey: "owner"),
        ],
        timeToLiveAttribute: "expires"
    )
    static let numbers = TableSchema(
        name: "conformance-numbers",
        partitionKey: "pk",
        sortKey: .init("sk", .number)
    )
    static let bytes = TableSchema(
        name: "conformance-bytes",
        partitionKey: .init("pk", .binary),
        sortKey: .init("sk", .binary)
    )
    static let plain = TableSchema(name: "conformance-plain", partitionKey: .init("id", .number))

    static let rules: [Rule] = [
        itemRules, conditionRules, queryRules, indexRules, scanRules, batchRules, expiryRules, operationRules,
        lifeRules,
    ].flatMap(\.self)

    /// Checks every rule.
    ///
    /// - Returns: What is not as it should be; empty for an implementation that conforms.
    public func run() async -> [ConformanceFailure] {
        var failures: [ConformanceFailure] = []
        for schema in Self.schemas {
            let backend: any RegionBackend
            do {
                backend = try await self.makeBackend(schema)
            } catch {
                failures.append(Self.unmade(schema, error))
                continue
            }
            let capabilities = backend.capabilities
            for (number, rule) in Self.rules.enumerated() where rule.table == schema && rule.applies(capabilities) {
                failures += await self.check(rule, number, backend)
            }
            await backend.shutdown()
        }
        do {
            failures += await self.check(Self.shutdownRule, 0, try await self.makeBackend(Self.texts))
        } catch {
            failures.append(Self.unmade(Self.texts, error))
        }
        return failures
    }

    private func check(_ rule: Rule, _ number: Int, _ backend: any RegionBackend) async -> [ConformanceFailure] {
        let log = ConformanceLog(rule: rule.name)
        let trial = BackendTrial(backend: backend, schema: rule.table, number: number, time: self.time, log: log)
        do {
            try await rule.check(trial)
        } catch {
            log.fail("an operation", expected: "no error", found: "\(error)")
        }
        return log.failures
    }

    private static func unmade(_ schema: TableSchema, _ error: any Error) -> ConformanceFailure {
        ConformanceFailure(
            rule: "a backend can be made",
            subject: "table \(schema.name)",
            expected: "no error",
            found: "\(error)"
        )
    }
}
