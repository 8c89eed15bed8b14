import Dispatch
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendSQLite

@Suite struct ReadTests {
    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    @Test func `an item of every type comes back as it was stored`() async throws {
        let store = try await self.folder.open()
        let item: Item = [
            "text": "é\u{0}😀", "number": .number(try #require(Number("-1.25E-100"))), "bytes": .binary([0, 255, 1]),
            "truth": true, "nothing": .null, "list": [1, "a", ["b": [.null]]], "map": ["x": ["y": 3]],
            "texts": .stringSet(["a", "b"]), "numbers": .numberSet([1, 2]), "blobs": .binarySet([[1], [2, 3]]),
        ]
        try await store.put(.test("é", "z"), item)
        let found = try #require(try await store.item(.test("é", "z")))
        for (name, value) in item { #expect(found[name] == value, "\(name)") }
        await store.shutdown()
    }

    @Test func `keys of every type sort as their values do`() async throws {
        for kind in [AttributeValue.Kind.string, .number, .binary] {
            let region = Region("sort-\(kind.rawValue.lowercased())")
            let schema = TableSchema(name: "numbers", partitionKey: "id", sortKey: .init("n", kind))
            let store = try await self.folder.open(region, schema: schema)
            let values: [AttributeValue] =
                switch kind {
                case .number:
                    ["-1E10", "-2", "-1.5", "0", "1E-5", "2", "10", "1E120"].compactMap { Number($0) }.map {
                        .number($0)
                    }
                case .binary: [[0], [0, 0], [1], [1, 0], [127], [128], [255], [255, 255]].map { .binary($0) }
                default: ["A", "B", "a", "aa", "b", "z", "é", "😀"].map { .string($0) }
                }
            for value in values.shuffled() { try await store.put(Key("p", sort: value)) }
            for descending in [false, true] {
                let range = ReplicaRange(.partition("p"), descending: descending)
                let rows = try await store.rows(in: range, limit: 100, in: .test())
                #expect(rows.compactMap(\.key.sort) == (descending ? values.reversed() : values))
                let next = ReplicaRange(
                    .partition("p"),
                    descending: descending,
                    after: schema.position(of: try #require(rows[3].item), in: nil)
                )
                #expect(try await store.rows(in: next, limit: 2, in: .test()) == Array(rows[4...5]))
            }
            let bounds: [(Query.SortCondition, Range<Int>)] = [
                (.equal(values[2]), 2..<3), (.less(values[2]), 0..<2), (.lessOrEqual(values[2]), 0..<3),
                (.greater(values[2]), 3..<8), (.greaterOrEqual(values[2]), 2..<8),
                (.between(values[1], values[5]), 1..<6), (.between(values[5], values[1]), 0..<0),
            ]
            for (bound, places) in bounds {
                let rows = try await store.rows(in: ReplicaRange(.partition("p"), sort: bound), limit: 9, in: .test())
                #expect(rows.compactMap(\.key.sort) == Array(values[places]))
            }
            guard kind != .number else { continue }
            for (prefix, places) in [
                (2, kind == .string ? 2..<4 : 2..<4), (7, 7..<8), (6, kind == .string ? 6..<7 : 6..<8),
            ] {
                let range = ReplicaRange(.partition("p"), sort: .beginsWith(values[prefix]))
                #expect(
                    try await store.rows(in: range, limit: 9, in: .test()).compactMap(\.key.sort)
                        == Array(values[places])
                )
            }
            await store.shutdown()
        }
    }

    @Test func `pages of an index with many equal keys meet every item once, in both directions`() async throws {
        let store = try await self.folder.open()
        for index in 0..<30 {
            try await store.put(
                .test("a\(index)", "\(index % 4)"),
                ["state": "x", "priority": .number(Number(index % 3))]
            )
        }
        for descending in [false, true] {
            var rows: [ReplicaRow] = []
            var after: PageToken?
            repeat {
                let range = ReplicaRange(.index("by-state", "x"), descending: descending, after: after)
                let page = try await store.rows(in: range, limit: 7, in: .test())
                rows += page
                after = page.last?.item.map { store.schema.position(of: $0, in: "by-state") }
            } while after != nil
            #expect(Set(rows.map(\.key)).count == 30)
            let priorities = rows.compactMap { $0.item?["priority"]?.number }
            #expect(priorities == (descending ? priorities.sorted(by: >) : priorities.sorted()))
        }
        await store.shutdown()
    }

    @Test func `a batch of changes with large items is small, and the next one goes on after it`() async throws {
        let store = try await self.folder.open()
        let text = AttributeValue.string(String(repeating: "x", count: 390_000))
        for index in 0..<10 { try await store.put(.test("a\(index)"), ["text": text]) }
        var (cursor, counts) = (ReplicaCursor.start, [Int]())
        while case .entries(let rows, let end) = try await store.changes(after: cursor, limit: 1000, in: .test()),
            !rows.isEmpty
        {
            counts.append(rows.count)
            cursor = end
        }
        #expect(counts == [3, 3, 3, 1])
        await store.shutdown()
    }

    @Test func `a long read ends when its time is over`() async throws {
        let store = try await self.folder.open()
        for index in 0..<1000 { try await store.put(.test("a\(index)")) }
        let context = AttemptContext.test(LateTime(afterReadings: 5))
        let error = await #expect(throws: BackendError.self) {
            try await store.rows(in: ReplicaRange(.table), limit: 10_000, in: context)
        }
        #expect(error?.failure == .unknownOutcome)
        #expect(error?.code == .deadlineExceeded)
        #expect(try await store.rows(in: ReplicaRange(.table), limit: 10_000, in: .test()).count == 1000)
        await store.shutdown()
    }

    @Test func `a long read ends when its caller is cancelled`() async throws {
        let store = try await self.folder.open()
        for index in 0..<1000 { try await store.put(.test("a\(index)")) }
        let read = Task { await Result { try await store.rows(in: ReplicaRange(.table), limit: 10_000, in: .test()) } }
        read.cancel()
        let failure = await read.value.failure
        #expect(failure == nil || failure?.code == .cancelled)
        await store.shutdown()
    }

    @Test func `more reads than connections are overloaded at once`() async throws {
        let store = try await self.folder.open { configuration in
            configuration.readers = 2
            configuration.readsOnCallersThread = false
        }
        let begun = Counter()
        let gate = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await store.readers.read(.test()) { _ throws(DatabaseFailure) in
                        begun.value.add(1, ordering: .relaxed)
                        gate.wait()
                    }
                }
            }
            while begun.value.load(ordering: .relaxed) < 2 { await Task.yield() }
            #expect(await Result { try await store.item() }.failure?.failure == .overloaded)
            gate.signal()
            gate.signal()
            try await group.waitForAll()
        }
        #expect(try await store.item() == nil)
        await store.shutdown()
    }

    @Test func `a read whose time is over before it begins is not done`() async throws {
        let store = try await self.folder.open()
        #expect(await Result { try await store.item(in: .test(within: .zero)) }.failure?.code == .deadlineExceeded)
        await store.shutdown()
    }
}
