import RegionKitTesting
import Synchronization
import Testing

@testable import RegionKitCore

struct ReplicaBackendTests {
    private static let schema = TableSchema(name: "table", partitionKey: "id", timeToLiveAttribute: "expires")
    private let time = ManualTime()

    private func context(_ operation: UInt64, mayHaveRun: Bool = false) -> AttemptContext {
        AttemptContext(
            deadline: self.time.now.advanced(by: .seconds(1)),
            operation: OperationID(high: 0, low: operation),
            mayHaveRun: mayHaveRun,
            time: self.time
        )
    }

    @Test func `Expired items count as missing in conditions and updates`() async throws {
        let backend = InMemoryBackend("here", schema: Self.schema)
        let past = AttributeValue.number(Number(self.time.wallMilliseconds / 1000 - 1))
        let item: Item = ["id": "k", "n": 5, "expires": past]
        _ = try await backend.perform(.write(.put(item)), in: self.context(1))
        let counted = Write(.update("k", Update().add("n", 1)), if: !attribute("n").exists, returning: .new)
        let response = try await backend.perform(.write(counted), in: self.context(2))
        guard case .written(let result) = response else { return #expect(Bool(false)) }
        #expect(result.item == ["id": "k", "n": 1])
        _ = try await backend.perform(.write(.put(item)), in: self.context(3))
        let error = await #expect(throws: BackendError.self) {
            _ = try await backend.perform(.write(.delete("k", if: attribute("n").exists)), in: self.context(4))
        }
        #expect(error?.code == .conditionFailed)
        #expect(error?.storedItem == nil)
    }

    @Test func `An unconditional put or delete is one commit without a read`() async throws {
        let store = BrokenStore(base: InMemoryReplicaStore("here", schema: Self.schema))
        let seen = Mutex<[ReplicaCommit.Expectation]>([])
        var counting = store
        counting.bendCommit = { commit, _ in seen.withLock { $0 += commit.changes.map(\.expected) } }
        let backend = ReplicaBackend(counting)
        _ = try await backend.perform(.write(.put(["id": "k"])), in: self.context(1))
        _ = try await backend.perform(.write(.delete("k")), in: self.context(2))
        #expect(seen.withLock { $0 } == [.any, .any])
    }

    @Test func `A batch read, and a transaction, read all their rows at once`() async throws {
        var store = BrokenStore(base: InMemoryReplicaStore("here", schema: Self.schema))
        let answers = Mutex<[Int]>([])
        store.bendRows = { rows in
            answers.withLock { $0.append(rows.count) }
            return rows
        }
        let backend = ReplicaBackend(store)
        let keys = (0..<100).map { Key(.string("k\($0)")) }
        let writes = keys.map { Write.update($0, Update().add("n", 1)) }
        for number: Int64 in 1...2 {
            _ = try await backend.perform(.transact(writes), in: self.context(UInt64(number)))
            let response = try await backend.perform(.batchGet(keys.reversed(), .consistent), in: self.context(9))
            guard case .items(let results) = response else { return #expect(Bool(false)) }
            #expect(results.map { $0.item?["n"] } == Array(repeating: .number(Number(number)), count: 100))
            #expect(results[0].item?["id"] == "k99")
        }
        #expect(answers.withLock { $0 } == [0, 100, 100, 100])
    }

    @Test func `A batch read of more than one answer holds has all its items`() async throws {
        let backend = ReplicaBackend(InMemoryReplicaStore("here", schema: Self.schema))
        let text = AttributeValue.string(String(repeating: "x", count: 300_000))
        let keys = (0..<12).map { Key(.string("k\($0)")) }
        for (number, key) in keys.enumerated() {
            let write = Write.put(["id": key.partition, "text": text])
            _ = try await backend.perform(.write(write), in: self.context(UInt64(number + 1)))
        }
        let response = try await backend.perform(
            .batchGet(["first"] + keys + ["last"], .consistent),
            in: self.context(99)
        )
        guard case .items(let results) = response else { return #expect(Bool(false)) }
        #expect(results.map { $0.item?["id"] } == [nil] + keys.map(\.partition) + [nil])
    }

    @Test(arguments: [Duration.zero, .milliseconds(10)])
    func `A write that others overtake each time ends as conflict, at the latest at its deadline`(
        _ pause: Duration
    ) async {
        let time = self.time
        let tries = Mutex(0)
        var store = BrokenStore(base: InMemoryReplicaStore("here", schema: Self.schema))
        store.bendCommit = { commit, _ in
            let never = Version(timestamp: .zero, origin: Origin(rawValue: 0))
            for index in commit.changes.indices { commit.changes[index].expected = .version(never) }
            tries.withLock { $0 += 1 }
            time.advance(by: pause)
        }
        let backend = ReplicaBackend(store)
        let error = await #expect(throws: BackendError.self) {
            _ = try await backend.perform(.write(.update("k", Update().add("n", 1))), in: self.context(1))
        }
        #expect(error?.failure == .conflict)
        #expect(tries.withLock { $0 } == (pause == .zero ? 1000 : 100))
    }

    @Test func `An unknown outcome tells the highest clock reading that the region can have given (F4)`() async throws {
        let base = InMemoryReplicaStore("here", schema: Self.schema)
        let backend = ReplicaBackend(base)
        _ = try await backend.perform(.write(.put(["id": "k"])), in: self.context(1))
        base.setOutage(BackendError(.unknownOutcome, .outcomeUnknown, "no answer"))
        let error = await #expect(throws: BackendError.self) {
            _ = try await backend.perform(.write(.put(["id": "k"])), in: self.context(2))
        }
        let latest = HybridTimestamp(milliseconds: self.time.wallMilliseconds + 1000, counter: .max)
        #expect(error?.clockCeiling.map { $0 > latest } == true)
        base.setOutage(nil)
        base.setClockSkew(.seconds(30))
        _ = try await backend.perform(.write(.put(["id": "k"])), in: self.context(3))
        base.setOutage(BackendError(.unknownOutcome, .outcomeUnknown, "no answer"))
        let ahead = await #expect(throws: BackendError.self) {
            _ = try await backend.perform(.write(.put(["id": "k"])), in: self.context(4))
        }
        #expect(ahead?.clockCeiling.map { $0.milliseconds > self.time.wallMilliseconds + 30_000 } == true)
    }

    @Test func `F4 a repeat answers with the new item only while it is the one it wrote`() async throws {
        let backend = InMemoryBackend("here", schema: Self.schema)
        let write = Write(.update("k", Update().add("n", 1)), returning: .new)
        let first = try await backend.perform(.write(write), in: self.context(1))
        #expect(try await backend.perform(.write(write), in: self.context(1, mayHaveRun: true)) == first)
        _ = try await backend.perform(.write(write), in: self.context(2))
        guard case .written(let early) = first,
            case .written(let late) = try await backend.perform(.write(write), in: self.context(1, mayHaveRun: true))
        else { return #expect(Bool(false)) }
        #expect(late == WriteResult(version: early.version))
    }

    @Test func `F4 a batch is one commit, so that nothing is left of one that fails`() async throws {
        let base = InMemoryReplicaStore("here", schema: Self.schema)
        let sizes = Mutex<[Int]>([])
        var store = BrokenStore(base: base)
        store.bendCommit = { commit, _ in
            sizes.withLock { $0.append(commit.changes.count) }
            base.setOutage(BackendError(.unavailable, .unavailable, "disk full"))
        }
        let writes = (0..<5).map { Write.put(["id": .string("k\($0)")]) }
        let backend = ReplicaBackend(store)
        let error = await #expect(throws: BackendError.self) {
            _ = try await backend.perform(.batchWrite(writes), in: self.context(1))
        }
        #expect(error?.failure == .unavailable)
        #expect(base.contents.isEmpty)
        base.setOutage(nil)
        _ = try await ReplicaBackend(base).perform(.batchWrite(writes), in: self.context(1))
        #expect(base.contents.count == 5)
        #expect(sizes.withLock { $0 } == [5])
    }

    @Test func `A digest is the same in every process`() {
        let writes: [Write] = [
            .put(["id": "k", "set": .stringSet(["a", "b", "c"]), "map": ["x": 1, "y": [2, .null]]]),
            .update(
                Key("p", sort: 3),
                Update().set(AttributePath("a").key("b").index(0), to: .plus(.path("c"), .value(1))).remove("d")
                    .add("e", .numberSet([1, 2])).delete("f", .binarySet([[1], [2]]))
                    .set("g", to: .ifNotExists("h", .listAppend(.value([1]), .minus(.path("i"), .value(1))))),
                if: (attribute("a") == 1 || !attribute("b").exists) && attribute("c").size > 3
                    && attribute("d").hasType(.null) && attribute("e").beginsWith("f") && attribute("g").contains(1)
                    && attribute("h").isIn([1, 2]) && attribute("i").between(1, 2)
            ),
            .check("k", attribute("id").exists), .delete("k"),
        ]
        #expect(RequestDigest(of: writes).value == 7_240_006_499_200_425_832)
        var digests: Set<UInt64> = []
        for write in writes { digests.insert(RequestDigest(of: [write]).value) }
        digests.insert(RequestDigest(of: [.put(["id": "k", "set": .stringSet(["a", "b"])])]).value)
        digests.insert(RequestDigest(of: [.delete("k"), .delete("l")]).value)
        digests.insert(RequestDigest(of: [.delete("l"), .delete("k")]).value)
        #expect(digests.count == writes.count + 3)
    }
}
