import RegionKitCore

@testable import BackendDynamo

/// What the tests of the wire layer share.
enum WireFixture {
    static let schema = TableSchema(
        name: "locks",
        partitionKey: "pk",
        sortKey: TableSchema.KeyAttribute("sk", .number),
        indexes: [TableSchema.Index("byOwner", partitionKey: "owner", sortKey: "pk")],
        timeToLiveAttribute: "expires"
    )
    static let simple = TableSchema(name: "simple", partitionKey: "pk")
    static let now: Int64 = 1_700_000_000_000
    static let stamp = Stamp(
        Version(
            timestamp: HybridTimestamp(milliseconds: 0x0102_0304_0506_0708, counter: 0x090A_0B0C),
            origin: Origin(rawValue: 0x0F10_1112_1314)
        ),
        OperationID(high: 0x1516_1718_191A_1B1C, low: 0x1D1E_1F20_2122_2324)
    )
    /// The stamp in base64.
    static let stampText = "AQIDBAUGBwgJCgsMAAAPEBESExQVFhcYGRobHB0eHyAhIiMk"
    /// With stamps and a time to live.
    static let full = DynamoWire(Self.schema)
    /// With neither.
    static let plain = DynamoWire(Self.simple, stampAttribute: nil)

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
