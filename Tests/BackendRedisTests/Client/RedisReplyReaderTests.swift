internal import Testing

@testable internal import BackendRedis

struct RedisReplyReaderTests {
    /// Reads replies that come in pieces of a size.
    private static func read(
        _ text: [UInt8],
        pieces: Int,
        limits: RedisReplyLimits = RedisReplyLimits()
    ) throws(RedisError) -> [RedisValue] {
        let reader = try RedisReplyReader(limits)
        var values: [RedisValue] = []
        var rest = text[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            try reader.feed(piece)
            while let value = try reader.next() { values.append(value) }
        }
        return values
    }

    private static let bytes = (0...255).map { UInt8($0) }

    @Test(arguments: [1, 2, 3, 7, 1 << 20])
    func `replies come out whole, however they are cut`(_ pieces: Int) throws {
        var text = Array("+OK\r\n-ERR no\r\n:-12\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n".utf8)
        text += Array("*3\r\n*2\r\n:1\r\n*0\r\n$3\r\na\r\n\r\n*1\r\n-ERR in\r\n:9223372036854775807\r\n$256\r\n".utf8)
        text += Self.bytes + Array("\r\n".utf8)
        let expected: [RedisValue] = [
            .status("OK"), .error("ERR no"), .integer(-12), .null, .null, .array([]), .bytes([]),
            .array([.array([.integer(1), .array([])]), .text("a\r\n"), .array([.error("ERR in")])]), .integer(.max),
            .bytes(Self.bytes),
        ]
        let values = try Self.read(text, pieces: pieces)
        #expect(values == expected)
    }

    @Test(arguments: [
        "!1\r\n", "hello\r\n", "\r\n", "$-5\r\n", "$x\r\n", "$\r\n", "$3x\r\nabc\r\n", "$99999999999999999999\r\n",
        "$3\r\nabcde",
        "*-5\r\n", "*x\r\n", "*99999999999999999999\r\n", "*1000001\r\n", "*1000000000\r\n", "*4294967297\r\n",
        ":x\r\n",
        ":99999999999999999999\r\n", "*2\r\n*999999\r\n", "*1\r\n!\r\n",
    ])
    func `what is no reply, or beyond the limits, is an error`(_ text: String) {
        for pieces in [1, 1 << 20] {
            #expect(throws: RedisError.self) { try Self.read(Array(text.utf8), pieces: pieces) }
        }
    }

    // Within the 32 of the security rules.
    @Test func `arrays within arrays are taken to a depth of eight`() throws {
        for depth in [9, 33, 100_000] {
            let text = Array(String(repeating: "*1\r\n", count: depth).utf8)
            #expect(throws: RedisError.self) { try Self.read(text, pieces: 1000) }
        }
        let text = String(repeating: "*1\r\n", count: 8) + ":1\r\n"
        let values = try Self.read(Array(text.utf8), pieces: 5)
        #expect(values == [(0..<8).reduce(.integer(1)) { value, _ in .array([value]) }])
    }

    @Test(arguments: ["$", "+", "$2147483647\r\n", "$9223372036854775807\r\n", "$4097\r\n", "-", ":"])
    func `what does not end is given up at the limit`(_ beginning: String) throws {
        var limits = RedisReplyLimits()
        limits.stringBytes = 4096
        let reader = try RedisReplyReader(limits)
        try reader.feed(Array(beginning.utf8))
        var fed = 0
        let error = #expect(throws: RedisError.self) {
            while fed < 1 << 20 {
                _ = try reader.next()
                try reader.feed([UInt8](repeating: UInt8(ascii: "1"), count: 64))
                fed += 64
            }
        }
        #expect(error?.kind == .malformedReply)
        #expect(fed <= 4096 + 128, "\(fed)")
    }

    @Test func `strings are taken up to the limit and not beyond`() throws {
        var limits = RedisReplyLimits()
        limits.stringBytes = 4096
        for (count, isTaken) in [(4096, true), (4097, false)] {
            let text = Array("$\(count)\r\n".utf8) + [UInt8](repeating: 7, count: count) + Array("\r\n".utf8)
            for pieces in [1000, 1 << 20] {
                let values = try? Self.read(text, pieces: pieces, limits: limits)
                #expect((values != nil) == isTaken)
            }
        }
    }

    @Test func `elements and bytes of a reply are counted together, and for each reply anew`() throws {
        var limits = RedisReplyLimits()
        (limits.elements, limits.replyBytes) = (4, 8192)
        let four = "*2\r\n*2\r\n:1\r\n:2\r\n:3\r\n"
        let values = try Self.read(Array((four + four).utf8), pieces: 3, limits: limits)
        #expect(values.count == 2)
        #expect(throws: RedisError.self) {
            try Self.read(Array("*2\r\n*3\r\n:1\r\n".utf8), pieces: 3, limits: limits)
        }
        let large = "*2\r\n" + String(repeating: "$4090\r\n\(String(repeating: "x", count: 4090))\r\n", count: 2)
        #expect(throws: RedisError.self) { try Self.read(Array(large.utf8), pieces: 999, limits: limits) }
    }
}

extension RedisReplyReader {
    /// Takes an array's bytes.
    func feed(_ bytes: [UInt8]) throws(RedisError) {
        let result = unsafe bytes.withUnsafeBytes { bytes in
            do throws(RedisError) {
                try unsafe self.feed(bytes)
                return Result<Void, RedisError>.success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
