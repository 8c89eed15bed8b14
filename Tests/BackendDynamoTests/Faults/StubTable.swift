import RegionKitCore
import Synchronization

@testable import BackendDynamo

/// A table that several ``StubService``s share, as if replication took no time, and the exact account of its writes.
final class StubTable: Sendable {
    private struct State {
        var items: [Key: Item] = [:]
        var applications: [OperationID: Int] = [:]
        var total = 0
    }

    let schema: TableSchema
    private let state = Mutex(State())

    init(_ schema: TableSchema) {
        self.schema = schema
    }

    /// How often a write was applied.
    func applications(of operation: OperationID) -> Int { self.state.withLock { $0.applications[operation] ?? 0 } }

    /// How often any write was applied.
    var applications: Int { self.state.withLock { $0.total } }

    /// The writes that were applied more than once.
    var repeated: [OperationID] {
        self.state.withLock { state in state.applications.filter { $0.value > 1 }.map(\.key) }
    }

    /// An item as it is stored, without its stamp.
    func item(_ key: Key) -> Item? {
        var item = self.state.withLock { $0.items[key] }
        item?["_rk"] = nil
        return item
    }

    /// What an item's stamp says.
    func writer(of key: Key) -> OperationID? {
        self.state.withLock { Stamp($0.items[key]?["_rk"])?.operation }
    }

    func store(_ item: Item) throws {
        let key = try self.schema.key(of: item)
        self.state.withLock { $0.items[key] = item }
    }

    /// Does what a call asks for and answers with what the service would say: a status and a body.
    func perform(_ call: StubCall) throws -> (status: Int, body: String) {
        try self.state.withLock { state in
            let old = state.items[call.key]
            if let condition = call.condition, try !condition.holds(for: old) {
                let item = old.map { #","Item":"# + Self.text($0) } ?? ""
                return (400, Self.fault("ConditionalCheckFailedException", "The conditional request failed", item))
            }
            var new: Item?
            switch call.operation {
            case .getItem: return (200, old.map { #"{"Item":"# + Self.text($0) + "}" } ?? "{}")
            case .putItem: new = call.item
            case .updateItem: new = try call.update.applied(to: old, key: call.key, schema: self.schema)
            case .deleteItem: new = nil
            default: throw StubCall.Unreadable(reason: call.operation.rawValue)
            }
            state.items[call.key] = new
            state.total += 1
            if let writer = call.writer { state.applications[writer, default: 0] += 1 }
            let shown: Item? =
                switch call.returning {
                case .none: nil
                case .old: old
                case .new: new
                }
            return (200, shown.map { #"{"Attributes":"# + Self.text($0) + "}" } ?? "{}")
        }
    }

    /// A refusal as the service words it.
    static func fault(_ code: String, _ message: String = "scripted", _ more: String = "") -> String {
        #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"\#(message)"\#(more)}"#
    }

    private static func text(_ item: Item) -> String { String(decoding: DynamoDBJSON.encode(item), as: UTF8.self) }
}
