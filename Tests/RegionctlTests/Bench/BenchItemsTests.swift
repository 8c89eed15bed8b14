import RegionKitCore
import Testing

@testable import regionctl

@Suite struct BenchItemsTests {
    private static let kinds: [AttributeValue.Kind] = [.string, .number, .binary]

    @Test(arguments: kinds, [nil] + kinds.map(Optional.some))
    func `items fit the table's keys, whatever their types`(
        _ partition: AttributeValue.Kind,
        _ sort: AttributeValue.Kind?
    ) throws {
        let schema = TableSchema(
            name: "t",
            partitionKey: .init("p", partition),
            sortKey: sort.map { .init("s", $0) },
            indexes: [.init("i", partitionKey: "state")],
            timeToLiveAttribute: "expires"
        )
        let items = BenchItems(schema, expiry: 1_800_000_000)
        let (index, number, item) = items.take()
        items.ended(index, number, isAcknowledged: true)
        let key = try #require(items.keys.first)
        #expect(item["p"] == key.partition)
        #expect(item["s"] == key.sort)
        #expect(key.partition.kind == partition)
        #expect(key.sort?.kind == sort)
        #expect(item["expires"] == 1_800_000_000)
        #expect(item["state"] == nil, "others' queries of an index do not meet it")
        #expect(items.promised.map(\.key) == [key])
        if partition == .string { #expect(key.partition.string?.hasPrefix("\(items.prefix)-") == true) }
    }

    @Test func `two benches have no key in common, and the keys of one differ`() {
        let schema = TableSchema(name: "t", partitionKey: .init("p", .number))
        var keys: Set<Key> = []
        for _ in 0..<2 {
            let items = BenchItems(schema, expiry: 0)
            for _ in 0..<3000 { _ = items.take() }
            keys.formUnion(items.keys)
        }
        #expect(keys.count == 6000)
    }

    @Test func `of one item one write is under way, and its numbers rise`() {
        let items = BenchItems(TableSchema(name: "t", partitionKey: "p"), expiry: 0)
        var last: [Int: Int] = [:]
        for round in 0..<5000 {
            let (first, second) = (items.take(), items.take())
            #expect(first.index != second.index)
            for write in [first, second] {
                #expect(write.number == (last[write.index] ?? 0) + 1)
                last[write.index] = write.number
                items.ended(write.index, write.number, isAcknowledged: round.isMultiple(of: 2))
            }
        }
        #expect(items.count == 1000)
    }

    @Test func `an item holds a write when its number is as high`() {
        let items = BenchItems(TableSchema(name: "t", partitionKey: "p"), expiry: 0)
        let (_, number, item) = items.take()
        #expect(BenchItems.holds(item, number))
        #expect(!BenchItems.holds(item, number + 1))
        #expect(!BenchItems.holds(nil, number))
        #expect(!BenchItems.holds(["regionctl-bench": "1"], number))
    }

    @Test func `what nobody was told is not promised`() {
        let items = BenchItems(TableSchema(name: "t", partitionKey: "p"), expiry: 0)
        let write = items.take()
        items.ended(write.index, write.number, isAcknowledged: false)
        #expect(items.promised.isEmpty)
        #expect(items.count == 1, "it is removed all the same")
    }
}
