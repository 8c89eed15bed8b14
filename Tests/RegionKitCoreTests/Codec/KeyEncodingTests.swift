import RegionKitCore
import Testing

struct KeyEncodingTests {
    @Test
    func `the encoding of numbers sorts as the numbers and decodes to them`() {
        var generator = SeededGenerator(seed: 1)
        let numbers = (0..<400).map { _ in Number.random(using: &generator) } + [.zero, 1, -1]
        let sorted = numbers.sorted()
        for (lower, upper) in zip(sorted, sorted.dropFirst()) {
            let (low, high) = (KeyEncoding.encode(.number(lower)), KeyEncoding.encode(.number(upper)))
            #expect(low.lexicographicallyPrecedes(high) == (lower < upper), "\(lower) \(upper)")
            #expect(lower == upper || !high.starts(with: low))
        }
        for number in numbers {
            let bytes = KeyEncoding.encode(.number(number))
            #expect(bytes.count <= 22)
            #expect(KeyEncoding.decode(bytes, as: .number) == .number(number))
        }
    }

    @Test
    func `the encoding of random pairs of numbers sorts as they do`() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<5000 {
            let (lhs, rhs) = (Number.random(using: &generator), Number.random(using: &generator))
            let (left, right) = (KeyEncoding.encode(.number(lhs)), KeyEncoding.encode(.number(rhs)))
            #expect(left.lexicographicallyPrecedes(right) == (lhs < rhs), "\(lhs) \(rhs)")
        }
    }

    @Test(
        arguments: [
            [], [0], [1], [4], [2, 0], [3, 130, 0], [3, 130, 1, 0], [3, 130, 102, 0], [3, 130, 11, 1, 0],
            [3, 130, 51, 1],
            [3, 130, 6, 0], [1, 125, 204, 0], [3, 130, 51, 255],
        ] as [[UInt8]]
    )
    func `bytes that no number encodes to are refused`(bytes: [UInt8]) {
        #expect(KeyEncoding.decode(bytes, as: .number) == nil)
    }

    @Test
    func `any bytes that decode to a number are the encoding of that number`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            var bytes = KeyEncoding.encode(.number(.random(using: &generator)))
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            guard let value = KeyEncoding.decode(bytes, as: .number) else { continue }
            #expect(KeyEncoding.encode(value) == bytes)
        }
    }

    @Test
    func `texts sort by their UTF-8 and bytes by themselves`() {
        #expect(KeyEncoding.encode("é") == [0xC3, 0xA9])
        #expect(KeyEncoding.decode([0xC3, 0xA9], as: .string) == "é")
        #expect(KeyEncoding.decode([0xC3], as: .string) == nil)
        #expect(KeyEncoding.decode([0xC3], as: .binary) == .binary([0xC3]))
        #expect(KeyEncoding.decode([1], as: .bool) == nil)
        #expect(KeyEncoding.encode(.null).isEmpty)
    }
}
