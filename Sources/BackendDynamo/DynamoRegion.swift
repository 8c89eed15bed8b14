public import RegionKitCore
internal import Synchronization

/// One region of a DynamoDB global table, reached over HTTPS.
///
/// Nothing is retried inside but two things that DynamoDB asks for: a request that was refused because of this machine's
/// clock, or of a session token that ended early, is signed anew once. What a batch left undone is asked for again within
/// the attempt. Deadlines and cancellation end a transfer, or the wait for credentials, at once. Any number of operations
/// may run at the same time.
///
/// DynamoDB cannot do what the other backends can: it refuses no late writes, and it gives items no order of versions;
/// where ``Configuration/stampAttribute`` is set, each item bears the version of the write that made it, which tells
/// writes apart.
public final class DynamoRegion: RegionBackend {
    /// The region.
    public let region: Region
    /// The table.
    public let schema: TableSchema
    /// Deadlines are kept, transactions done and writes probed; see the type's description for what is missing.
    public let capabilities = BackendCapabilities(honoursDeadlines: true, transactions: true, probesWrites: true)

    private let wire: DynamoWire
    private let writer: Origin
    private let service: ServiceClient
    private let client: HTTPClient?
    private let clock = Mutex(HybridLogicalClock())
    private let probeKey: Key
    /// A write that never does anything.
    private let writeProbe: DynamoRequest?

    /// Prepares a region; nothing is contacted.
    ///
    /// - Parameters:
    ///   - region: The AWS region's name.
    ///   - schema: The table; its indexes must exist there.
    ///   - credentials: Where credentials come from; they are kept and fetched anew before they end.
    ///   - time: The clocks.
    /// - Throws: ``ConfigurationError`` naming what cannot work.
    public convenience init(
        _ region: Region,
        schema: TableSchema,
        credentials: any CredentialProvider,
        configuration: Configuration = Configuration(),
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        try self.init(region, schema, CredentialCache(credentials, time: time), configuration, time)
    }

    /// A region that shares its credentials with others.
    convenience init(
        _ region: Region,
        _ schema: TableSchema,
        _ credentials: CredentialCache,
        _ configuration: Configuration,
        _ time: any TimeSource
    ) throws(ConfigurationError) {
        let client = try configuration.client(for: region)
        try self.init(region, schema, credentials, configuration, time, client, client)
    }

    init(
        _ region: Region,
        _ schema: TableSchema,
        _ credentials: CredentialCache,
        _ configuration: Configuration,
        _ time: any TimeSource,
        _ transport: any HTTPTransport,
        _ client: HTTPClient? = nil
    ) throws(ConfigurationError) {
        self.service = try configuration.service(for: region, credentials, transport, time)
        self.region = region
        self.writer = Origin(region)
        self.schema = schema
        self.wire = DynamoWire(schema, stampAttribute: configuration.stampAttribute)
        self.client = client
        self.probeKey = schema.heartbeatKey(of: region)
        self.writeProbe = DynamoWire.writeProbe(of: schema)
    }

    /// Performs one attempt.
    public func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        let now = context.time.wallMilliseconds
        switch request {
        case .get(let key, let consistency):
            let body = try await self.send(self.wire.get(key, consistency), .read, in: context)
            return .item(try self.wire.found(in: body, now: now))
        case .batchGet(let keys, let consistency):
            return .items(try await self.batchGet(keys, consistency, in: context))
        case .query(let query):
            let call = try Self.valid { () throws(ValidationError) in try self.wire.query(query) }
            return .page(try self.wire.page(in: try await self.send(call, .read, in: context), now: now))
        case .scan(let scan):
            let call = try Self.valid { () throws(ValidationError) in try self.wire.scan(scan) }
            return .page(try self.wire.page(in: try await self.send(call, .read, in: context), now: now))
        case .write(let write):
            return .written(try await self.write(write, in: context))
        case .batchWrite(let writes):
            return .batch(try await self.batchWrite(writes, in: context))
        case .transact(let writes):
            let stamp = self.stamp(in: context)
            let call = try Self.valid { () throws(ValidationError) in
                try self.wire.transact(writes, context.operation, stamp: stamp, now: now)
            }
            let body = try await self.send(call, .write, in: context)
            return .batch(try self.wire.transacted(in: body, writes, stamp: stamp))
        case .resolve(let write):
            return .outcome(try await self.outcome(of: write, in: context))
        }
    }

    /// Reads one key, consistently, and tries a write whose condition never holds, over the connections that serve the
    /// traffic.
    ///
    /// No item is made, and none need exist. It costs a read unit and a write unit: with the defaults at most 2,880 of
    /// each a day, for each region and process that runs a store, about 0.2 cents at the
    /// [on-demand prices](https://aws.amazon.com/dynamodb/pricing/on-demand/) of us-east-1. A caller who may not write
    /// learns nothing about writes.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        _ = try await self.send(self.wire.get(self.probeKey, .consistent), .read, in: context)
        guard let call = self.writeProbe else { return ProbeReport() }
        do throws(BackendError) {
            _ = try await self.send(call, .write, in: context)
            return ProbeReport(writable: true)
        } catch {
            switch error.failure {
            case .rejected: return ProbeReport(writable: error.code == .conditionFailed ? true : nil)
            case .throttled, .conflict, .overloaded, .expired: return ProbeReport()
            case .notSent, .unknownOutcome, .unavailable, .readOnly: return ProbeReport(writable: false)
            }
        }
    }

    /// The thread that does the region's transfers, as an executor; nil where something else does them.
    ///
    /// A task that prefers it, `Task(executorPreference: region.executor) { … }`, asks and goes on without a change of
    /// threads, which is most of what an operation costs when few are under way. All transfers wait for what runs there,
    /// so it must be brief and never block. It outlives the region.
    public var executor: (any TaskExecutor)? { self.client?.executor }

    /// Ends transfers and closes all connections.
    public func shutdown() async {
        self.service.credentials.cancelFetch()
        await self.client?.shutdown()
    }
}

// The operations that take more than one call.
extension DynamoRegion {
    private func write(_ write: Write, in context: AttemptContext) async throws(BackendError) -> WriteResult {
        let now = context.time.wallMilliseconds
        let stamp = self.stamp(in: context)
        let call = try Self.valid { () throws(ValidationError) in try self.wire.write(write, stamp: stamp, now: now) }
        switch try await self.service.call(call.operation.rawValue, call.body, .write, deadline: context.deadline) {
        case .success(let body):
            return try self.wire.written(in: body, write, stamp: stamp, now: now)
        case .failure(let fault):
            switch try self.wire.resolution(of: write, refusedWith: fault, now: now) {
            case .done(let result): return result
            case .instead(let other):
                let call = try Self.valid { () throws(ValidationError) in
                    try self.wire.write(other, stamp: stamp, now: now)
                }
                let body: [UInt8]
                do throws(BackendError) {
                    body = try await self.send(call, .write, in: context)
                } catch {
                    guard error.code == .conditionFailed else { throw error }
                    throw BackendError(.conflict, .conflict, "Another writer was in the way.")
                }
                return try self.wire.written(in: body, other, stamp: stamp, now: now)
            }
        }
    }

    /// What the items' stamps tell of a write.
    ///
    /// One that was not done may still arrive.
    private func outcome(of write: UnresolvedWrite, in context: AttemptContext) async throws(BackendError)
        -> WriteOutcome
    {
        var version: Version?
        for key in write.keys where version == nil || !write.isAtomic {
            let body = try await self.send(self.wire.get(key, .consistent), .read, in: context)
            let stamp = self.wire.stamp(of: try self.wire.storedItem(in: body))
            if stamp?.operation == context.operation {
                version = stamp?.version
            } else if !write.isAtomic {
                return .stillUnknown
            }
        }
        return version.map { .applied($0) } ?? .stillUnknown
    }

    private func batchGet(
        _ keys: [Key],
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> [GetResult] {
        var found: [Key: GetResult] = [:]
        var left = keys
        for round in 0... {
            let body = try await self.send(self.wire.batchGet(left, consistency), .read, in: context)
            let answer = try self.wire.batchFound(in: body, now: context.time.wallMilliseconds)
            found.merge(answer.found) { _, new in new }
            left = answer.unprocessed
            if left.isEmpty { break }
            try await self.pause(round, in: context)
        }
        return keys.map { found[$0] ?? GetResult(item: nil) }
    }

    private func batchWrite(_ writes: [Write], in context: AttemptContext) async throws(BackendError) -> [WriteResult] {
        let stamp = self.stamp(in: context)
        var left = writes
        for round in 0... {
            let call = try Self.valid { () throws(ValidationError) in try self.wire.batchWrite(left, stamp: stamp) }
            let keys = try self.wire.unprocessed(in: try await self.send(call, .write, in: context))
            left = left.filter { (try? $0.key(in: self.schema)).map(keys.contains) ?? false }
            if left.isEmpty { break }
            try await self.pause(round, in: context)
        }
        return writes.map { WriteResult(version: self.wire.version(of: $0, stamp)) }
    }

    /// Waits before what a batch left undone is asked for again: full jitter, from 25 ms on.
    private func pause(_ round: Int, in context: AttemptContext) async throws(BackendError) {
        let bound = Duration.milliseconds(25) * (1 << min(round, 8))
        let until = context.time.now.advanced(by: bound * Double.random(in: 0..<1))
        let error = BackendError(.throttled, .throttled, "A part of the batch was not done in time.")
        guard until < context.deadline else { throw error }
        do { try await context.time.sleep(until: until) } catch {
            throw BackendError(.unknownOutcome, .cancelled, "The task was cancelled.")
        }
    }
}

// One call.
extension DynamoRegion {
    private func send(
        _ call: DynamoRequest,
        _ kind: OperationKind,
        in context: AttemptContext
    ) async throws(BackendError) -> [UInt8] {
        switch try await self.service.call(call.operation.rawValue, call.body, kind, deadline: context.deadline) {
        case .success(let body): return body
        case .failure(let fault): throw self.wire.error(fault, for: kind, now: context.time.wallMilliseconds)
        }
    }

    /// The version and the id that a write leaves in its item.
    private func stamp(in context: AttemptContext) -> Stamp? {
        guard self.wire.stampAttribute != nil else { return nil }
        let wall = context.time.wallMilliseconds
        let timestamp = self.clock.withLock { $0.tick(wallMilliseconds: wall, floor: context.clockFloor) }
        return Stamp(Version(timestamp: timestamp, origin: self.writer), context.operation)
    }

    private static func valid<Value>(_ make: () throws(ValidationError) -> Value) throws(BackendError) -> Value {
        do throws(ValidationError) { return try make() } catch { throw BackendError(error) }
    }
}
