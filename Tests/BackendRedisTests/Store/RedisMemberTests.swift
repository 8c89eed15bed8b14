import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite struct RedisMemberTests {
    /// Bytes that delimiters and escapes are made of come often.
    private static func bytes(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 1...5, using: &generator)).map { _ in
            [0, 0, 1, 0x61, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
        }
    }

    private static let schema = TableSchema(
        name: "bytes",
        partitionKey: .init("pk", .binary),
        sortKey: .init("sk", .binary)
    )

    @Test func `members sort as their parts do, one after the other, and lead back to the key`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let keys = (0..<2).map { _ in (Self.bytes(&generator), Self.bytes(&generator)) }
            let members = keys.map { RedisMember.row(Key(.binary($0.0), sort: .binary($0.1))) }
            let precedes =
                keys[0].0 == keys[1].0
                ? keys[0].1.lexicographicallyPrecedes(keys[1].1) : keys[0].0.lexicographicallyPrecedes(keys[1].0)
            guard members[0].lexicographicallyPrecedes(members[1]) == precedes else {
                Issue.record("\(keys)")
                return
            }
            let key = Key(.binary(keys[0].0), sort: .binary(keys[0].1))
            guard RedisMember.key(members[0], in: Self.schema) == key else {
                Issue.record("\(key)")
                return
            }
        }
    }

    @Test(
        arguments: [[], [0], [0, 1], [0x61], [0x61, 0, 0], [0x61, 0, 0, 0x61, 0], [0, 0, 0, 0, 0, 0]] as [[UInt8]]
    )
    func `bytes that are no member are no key`(_ bytes: [UInt8]) {
        #expect(RedisMember.key(bytes, in: Self.schema) == nil)
    }

    @Test(
        arguments: [([], nil), ([1], [2]), ([1, 0xFF], [2]), ([0xFF], nil), ([0, 0], [0, 1])] as [([UInt8], [UInt8]?)]
    )
    func `a prefix ends before the next higher bytes`(_ prefix: [UInt8], _ end: [UInt8]?) {
        #expect(RedisMember.end(of: prefix) == end)
    }

    @Test func `a cursor is one text and leads back`() {
        let version = Version(timestamp: HybridTimestamp(milliseconds: 5, counter: 6), origin: Origin(rawValue: 7))
        for cursor in [
            .start, ReplicaCursor(incarnation: .max, sequence: 9, version: version),
            ReplicaCursor(incarnation: 3, sequence: 0, version: nil),
        ] { #expect(ReplicaCursor(cursor.text) == cursor) }
        for text in ["1", "1 2", "a 2 -", "1 b -", "1 2 x", "1 2 - -"] { #expect(ReplicaCursor(text) == nil) }
    }
}
