internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// The items that a bench writes, and what it was promised of each.
///
/// Each item holds a number that rises with every write. Of one item one write is under way at a time, so the item is
/// lost when a lower number is found than the last one acknowledged.
final class BenchItems: Sendable {
    private struct State {
        /// The last number that was acknowledged, and the last that was tried, by item.
        var acknowledged: [Int] = []
        var tried: [Int] = []
        /// Items that no write is under way for.
        var free: [Int] = []
    }

    /// So many items are made before one is written again.
    private static let spread = 1000
    private static let number = "regionctl-bench"
    private static let payload = String(repeating: "x", count: 100)

    /// What all keys begin with: nobody else's do.
    let prefix: String
    private let digits: String
    private let schema: TableSchema
    private let expiry: Int64
    private let state = Mutex(State())

    /// - Parameter expiry: When items may go by themselves, in epoch seconds, where the table has a time to live: what a
    ///   killed bench leaves behind.
    init(_ schema: TableSchema, expiry: Int64) {
        self.schema = schema
        self.expiry = expiry
        self.digits = String(UInt64.random(in: 1_000_000_000_000_000_000 ... .max))
        self.prefix = "regionctl-bench-\(self.digits)"
    }

    /// How many items were written, or tried.
    var count: Int { self.state.withLock { $0.tried.count } }

    var keys: [Key] { (0..<self.count).map(self.key) }

    /// A key to read, of an item that was written if there is one.
    func anyKey() -> Key {
        self.key(Int.random(in: 0..<max(1, self.count)))
    }

    /// Takes an item for one write; it is nobody else's until the write has ended.
    func take() -> (index: Int, number: Int, item: Item) {
        let (index, number) = self.state.withLock { state in
            if state.tried.count < Self.spread || state.free.isEmpty {
                state.tried.append(0)
                state.acknowledged.append(0)
                state.free.append(state.tried.count - 1)
            }
            state.free.swapAt(Int.random(in: state.free.indices), state.free.count - 1)
            let index = state.free.removeLast()
            state.tried[index] += 1
            return (index, state.tried[index])
        }
        var item: Item = [Self.number: .number(Number(number)), "regionctl-payload": .string(Self.payload)]
        if let name = self.schema.timeToLiveAttribute { item[name] = .number(Number(self.expiry)) }
        let key = self.key(index)
        item[self.schema.partitionKey.name] = key.partition
        if let name = self.schema.sortKey?.name { item[name] = key.sort }
        return (index, number, item)
    }

    /// A write has ended.
    func ended(_ index: Int, _ number: Int, isAcknowledged: Bool) {
        self.state.withLock { state in
            if isAcknowledged { state.acknowledged[index] = number }
            state.free.append(index)
        }
    }

    /// The items with an acknowledged write.
    var promised: [(key: Key, number: Int)] {
        let numbers = self.state.withLock { $0.acknowledged }
        return numbers.enumerated().filter { $0.element > 0 }.map { (self.key($0.offset), $0.element) }
    }

    /// Whether what was found is as new as what was acknowledged.
    static func holds(_ item: Item?, _ number: Int) -> Bool {
        guard case .number(let found)? = item?[self.number], let found = found.int64 else { return false }
        return found >= number
    }

    private func key(_ index: Int) -> Key {
        let partition: AttributeValue =
            switch self.schema.partitionKey.kind {
            // 20 random digits and 7 of its own.
            case .number: Number("\(self.digits)\(index + 1_000_000)").map(AttributeValue.number) ?? .number(.zero)
            case .binary: .binary([UInt8]("\(self.prefix)-\(index)".utf8))
            default: .string("\(self.prefix)-\(index)")
            }
        return Key(partition, sort: self.schema.sortKey.map(Self.sort))
    }

    private static func sort(_ attribute: TableSchema.KeyAttribute) -> AttributeValue {
        switch attribute.kind {
        case .number: .number(.zero)
        case .binary: .binary([0])
        default: .string("regionctl-bench")
        }
    }
}
