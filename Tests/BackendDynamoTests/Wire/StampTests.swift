import RegionKitCore
import Testing

@testable import BackendDynamo

struct StampTests {
    @Test func `a stamp has the bytes of its parts, the highest first`() {
        let value = WireFixture.stamp.value
        let expected = (1...12) + [0, 0] + (15...36)
        #expect(value == .binary(expected.map { UInt8($0) }))
        #expect("\(value)" == #"{"B":"\#(WireFixture.stampText)"}"#)
        #expect(Stamp(value) == WireFixture.stamp)
    }

    @Test(
        arguments: [
            nil, "text", .binary([]), .binary([UInt8](repeating: 1, count: 35)),
            .binary([UInt8](repeating: 1, count: 37)),
            .binary([0x80] + [UInt8](repeating: 0, count: 35)),
            .binary([UInt8](repeating: 0, count: 13) + [1] + [UInt8](repeating: 0, count: 22)),
        ] as [AttributeValue?]
    )
    func `a value that is no stamp is none`(value: AttributeValue?) {
        #expect(Stamp(value) == nil)
    }

    @Test(
        arguments: [
            (1, 0, 0, 2, 0, 0), (1, 1, 0, 1, 2, 0), (1, 1, 1, 1, 1, 2), (255, 0, 0, 256, 0, 0), (1, 255, 0, 1, 256, 0),
        ] as [(Int64, UInt32, UInt64, Int64, UInt32, UInt64)]
    )
    func `the bytes of stamps are in the order of the versions`(
        low: Int64,
        _ lowCounter: UInt32,
        _ lowOrigin: UInt64,
        high: Int64,
        _ highCounter: UInt32,
        _ highOrigin: UInt64
    ) throws {
        func stamp(_ milliseconds: Int64, _ counter: UInt32, _ origin: UInt64) -> Stamp {
            let timestamp = HybridTimestamp(milliseconds: milliseconds, counter: counter)
            return Stamp(Version(timestamp: timestamp, origin: Origin(rawValue: origin)), OperationID(high: 9, low: 9))
        }
        let (older, newer) = (stamp(low, lowCounter, lowOrigin), stamp(high, highCounter, highOrigin))
        #expect(older.value.precedes(newer.value) == true)
        #expect(try newer.isNewest(in: "_rk").holds(for: ["_rk": older.value]))
        #expect(try newer.isNewest(in: "_rk").holds(for: nil))
        #expect(try !older.isNewest(in: "_rk").holds(for: ["_rk": newer.value]))
        #expect(try !older.isNewest(in: "_rk").holds(for: ["_rk": older.value]))
    }
}
