internal import RegionKitCore
internal import Synchronization

// How commands and scripts are sent, and what is learned from their answers.
extension RedisStore {
    /// A reply, and the moments between which the server gave it.
    struct Answer: Sendable {
        var value: RedisValue
        var sent: MonotonicInstant
        var received: MonotonicInstant
    }

    func send(
        _ command: RedisCommand,
        as kind: OperationKind,
        in context: AttemptContext
    ) async throws(BackendError) -> RedisValue {
        do throws(RedisError) {
            return try await self.transport.send(command, deadline: context.deadline)
        } catch {
            throw error.backendError(for: kind, in: self.region)
        }
    }

    /// Runs a script by its digest; one that the server does not know is given to it first.
    func run(
        _ script: RedisScript,
        _ keys: [[UInt8]],
        _ arguments: [RedisCommand.Argument],
        in context: AttemptContext
    ) async throws(BackendError) -> Answer {
        var failure: RedisError?
        // A server that does not know a script has done nothing, so sending it again repeats nothing.
        for _ in 0..<2 {
            let digest = try await self.digest(of: script, isLost: failure != nil, in: context)
            let head: [RedisCommand.Argument] = ["EVALSHA", .bytes(digest), .number(keys.count)]
            let command = RedisCommand(head + keys.map { .bytes($0) } + arguments)
            let sent = context.time.now
            do throws(RedisError) {
                let value = try await self.transport.send(command, deadline: context.deadline)
                return Answer(value: value, sent: sent, received: context.time.now)
            } catch {
                guard error.isUnknownScript else { throw error.backendError(for: script.kind, in: self.region) }
                failure = error
            }
        }
        throw failure?.backendError(for: script.kind, in: self.region) ?? self.violation(script.name, script.kind)
    }

    /// Runs a script that answers with nothing where there is no region, and makes one then: what was there is lost.
    func runInRegion(
        _ script: RedisScript,
        _ keys: [[UInt8]],
        _ arguments: [RedisCommand.Argument],
        in context: AttemptContext
    ) async throws(BackendError) -> Answer {
        let answer = try await self.run(script, keys, arguments, in: context)
        guard answer.value == .null else { return answer }
        let opening: [RedisCommand.Argument] = [
            .number(RedisLayout.formatVersion), .text(self.isNative ? "" : self.region.name),
            .text(RedisLayout.description(of: self.schema)),
            .number(RedisLayout.incarnation(atMilliseconds: self.wallMilliseconds(context))),
            self.isNative ? self.readiness : "",
        ]
        do throws(BackendError) {
            _ = try await self.run(.open, [self.layout.meta], opening, in: context)
        } catch  where self.isNative && error.failure == .readOnly {
            throw BackendError(
                .unavailable,
                .unavailable,
                "Region \(self.region): its server is a replica that has nothing of this table from its master yet."
            )
        }
        let second = try await self.run(script, keys, arguments, in: context)
        guard second.value == .null else { return second }
        throw BackendError(.unavailable, .unavailable, "Region \(self.region) was removed while it was used.")
    }

    /// What stands for the run of the server in which the region takes writes.
    ///
    /// Where Redis replicates, no run is like another: there is nothing to merge from peers.
    var readiness: RedisCommand.Argument { self.isNative ? .text(RedisScript.native) : .runID }

    private func digest(
        of script: RedisScript,
        isLost: Bool,
        in context: AttemptContext
    ) async throws(BackendError) -> [UInt8] {
        if !isLost, let digest = self.state.withLock({ $0.digests[script.name] }) { return digest }
        // Loading a script does nothing else, so its failure leaves no doubt about the operation.
        let reply = try await self.sendBeforehand(RedisCommand("SCRIPT", "LOAD", .text(script.text)), in: context)
        guard let digest = reply.content, digest.count == 40 else { throw self.violation(script.name, .read) }
        self.state.withLock { $0.digests[script.name] = digest }
        return digest
    }

    /// Sends a command that comes before an operation: when it fails, the operation was not sent.
    func sendBeforehand(_ command: RedisCommand, in context: AttemptContext) async throws(BackendError) -> RedisValue {
        do throws(BackendError) {
            return try await self.send(command, as: .read, in: context)
        } catch {
            throw error.beforehand
        }
    }

    // MARK: What is learned

    /// Notes the server's time, as `TIME` tells it.
    func learn(_ time: RedisValue, from answer: Answer) {
        guard let microseconds = time.microseconds else { return }
        self.state.withLock {
            $0.clock.learn(
                microseconds: microseconds + self.skew * 1000,
                between: answer.sent,
                and: answer.received
            )
        }
    }

    func note(_ reading: HybridTimestamp) {
        self.state.withLock { $0.latest = max($0.latest, reading) }
    }

    /// The region's time as far as it is known.
    func wallMilliseconds(_ context: AttemptContext) -> Int64 {
        let now = context.time.now
        return self.state.withLock { $0.clock.milliseconds(at: now, knownAt: now) } ?? context.time.wallMilliseconds
    }

    // MARK: Rows

    /// A row from its member, version, operation and item.
    func row(_ parts: [RedisValue]) throws(BackendError) -> ReplicaRow {
        guard parts.count == 6, let key = parts[0].content.flatMap({ RedisMember.key($0, in: self.schema) }),
            let version = RedisValue.version(parts[1], parts[2], parts[3]),
            let operation = parts[4].content.flatMap({ OperationID(bytes: $0) })
        else { throw self.damaged("a row cannot be read") }
        guard parts[5] != .null else {
            return ReplicaRow(key: key, item: nil, version: version, operation: operation)
        }
        do {
            let item = try DynamoDBJSON.decode(parts[5].content ?? [])
            return ReplicaRow(key: key, item: item, version: version, operation: operation)
        } catch {
            throw self.damaged("an item cannot be read: \(error)")
        }
    }

    func rows(_ found: [RedisValue]) throws(BackendError) -> [ReplicaRow] {
        var rows: [ReplicaRow] = []
        rows.reserveCapacity(found.count)
        for row in found { rows.append(try self.row(row.elements ?? [])) }
        return rows
    }

    /// Members with versions.
    func versions(_ found: [RedisValue]) throws(BackendError) -> [RowVersion] {
        var versions: [RowVersion] = []
        versions.reserveCapacity(found.count)
        for row in found {
            guard let parts = row.elements, parts.count == 4,
                let key = parts[0].content.flatMap({ RedisMember.key($0, in: self.schema) }),
                let version = RedisValue.version(parts[1], parts[2], parts[3])
            else { throw self.damaged("a row cannot be read") }
            versions.append(RowVersion(key: key, version: version))
        }
        return versions
    }

    private func damaged(_ reason: String) -> BackendError {
        BackendError(.unavailable, .corrupt, "Region \(self.region), keys \(self.layout.prefix): \(reason).")
    }

    /// A script answered something that it never answers: another program's data, or a foreign server.
    func violation(_ name: String, _ kind: OperationKind) -> BackendError {
        BackendError(
            kind == .write ? .unknownOutcome : .unavailable,
            .protocolViolation,
            "Region \(self.region): the answer to \(name) cannot be read."
        )
    }
}

extension BackendError {
    /// The answer after a shutdown.
    static let closed = BackendError(.notSent, .closed, "The store was shut down.")

    /// The same failure, of something that came before the operation itself was sent.
    var beforehand: BackendError {
        guard self.failure == .unknownOutcome else { return self }
        var error = self
        error.failure = .notSent
        return error
    }
}
