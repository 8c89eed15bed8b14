import RegionKitCore
import Testing

@testable import Worksets

struct FencingTokenTests {
    private static func token(_ milliseconds: Int64, _ counter: UInt32, _ origin: UInt64) -> FencingToken {
        FencingToken(
            timestamp: HybridTimestamp(milliseconds: milliseconds, counter: counter),
            origin: Origin(rawValue: origin)
        )
    }

    @Test
    func `tokens compare by time, then counter, then origin, and their texts sort alike`() {
        let ordered = [
            Self.token(0, 0, 0), Self.token(9, 0, 7), Self.token(10, 0, 3), Self.token(10, 2, 1), Self.token(10, 10, 1),
            Self.token(10, 10, 1 << 47), Self.token(1 << 61, .max, 0),
        ]
        #expect(ordered.shuffled().sorted() == ordered)
        #expect(ordered.map(\.description).shuffled().sorted() == ordered.map(\.description))
    }

    @Test
    func `a token is read back from its text`() {
        for token in [Self.token(0, 0, 0), Self.token(1_732_486_694_934, 17, 281_474_976_710_655)] {
            #expect(FencingToken(token.description) == token)
        }
    }

    @Test(arguments: [
        "", "1-2-3", "0000000000000000001-0000000001-00000000000000a", "-000000000000000001-0000000001-000000000000001",
        "9999999999999999999-0000000001-000000000000001", "9223372036854775807-4294967295-000000000000001",
        "0000000000000000001-9999999999-000000000000001",
        "0000000000000000001-0000000001-999999999999999", "0000000000000000001-0000000001+000000000000001",
        "0000000000000000001-0000000001-000000000000001 ", "٠000000000000000001-0000000001-00000000000000",
    ])
    func `another text is no token`(text: String) {
        #expect(FencingToken(text) == nil)
    }

    @Test
    func `an impossible time makes no trap`() {
        #expect(Self.token(-5, 1, 1).description == "0000000000000000000-0000000001-000000000000001")
    }

    @Test(
        arguments: [
            (.zero, 500), (HybridTimestamp(milliseconds: 500, counter: 3), 500),
            (HybridTimestamp(milliseconds: 900, counter: 0), 500),
            (HybridTimestamp(milliseconds: 900, counter: .max), 500),
        ] as [(HybridTimestamp, Int64)]
    )
    func `the next token is higher than the last and not behind the clock`(last: HybridTimestamp, wall: Int64) {
        let next = FencingToken.next(after: last, wallMilliseconds: wall)
        #expect(next > last)
        #expect(next.milliseconds >= wall)
    }

    @Test
    func `a region that forgot a token does not give it again in the same millisecond`() {
        let tokens = (0..<50).map { _ in FencingToken.next(after: .zero, wallMilliseconds: 500) }
        #expect(Set(tokens).count == tokens.count)
    }
}
