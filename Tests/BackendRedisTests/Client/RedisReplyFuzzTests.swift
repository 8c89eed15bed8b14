internal import Foundation
internal import RegionKitTesting
internal import Testing

@testable internal import BackendRedis

struct RedisReplyFuzzTests {
    private static let count =
        ProcessInfo.processInfo.environment["REGIONKIT_FUZZ"].flatMap { Int($0) } ?? 20_000

    private static var limits: RedisReplyLimits {
        var limits = RedisReplyLimits()
        (limits.stringBytes, limits.elements, limits.replyBytes) = (4096, 1000, 16_384)
        return limits
    }

    /// Hostile beginnings, which mutation alone seldom finds.
    private static let hostile = [
        "*1000000000\r\n", "$2147483647\r\n", "$-2\r\n", "*-2\r\n", "$9223372036854775807\r\n", "*999\r\n*999\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", "+", ":-", "$00000000000000000001\r\n", "\r\n\r\n",
        "*0\r\n",
        ":+1\r\n", "$0\r\n\r\n", "%1\r\n+a\r\n:1\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "(1\r\n", ">1\r\n:1\r\n",
    ].map { Array($0.utf8) }

    /// A valid reply; appends its bytes.
    private static func reply(
        _ random: inout SeededGenerator,
        depth: Int,
        into bytes: inout [UInt8]
    ) -> RedisValue {
        switch Int.random(in: 0..<(depth < 6 ? 8 : 6), using: &random) {
        case 0, 1:
            let length = Int.random(in: 0..<(Bool.random(using: &random) ? 8 : 600), using: &random)
            let string = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes += Array("$\(length)\r\n".utf8) + string + [13, 10]
            return .bytes(string)
        case 2:
            bytes += Array("+OK\r\n".utf8)
            return .status("OK")
        case 3:
            let number = Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<63, using: &random)
            bytes += Array(":\(number)\r\n".utf8)
            return .integer(number)
        case 4:
            bytes += Array((Bool.random(using: &random) ? "$-1\r\n" : "*-1\r\n").utf8)
            return .null
        case 5:
            bytes += Array("-ERR é\r\n".utf8)
            return .error("ERR é")
        default:
            let count = Int.random(in: 0..<4, using: &random)
            bytes += Array("*\(count)\r\n".utf8)
            return .array((0..<count).map { _ in Self.reply(&random, depth: depth + 1, into: &bytes) })
        }
    }

    /// What comes out of bytes in random pieces, whether they are refused, and the most memory that the reader held.
    private static func read(
        _ bytes: [UInt8],
        _ random: inout SeededGenerator
    ) throws -> (values: [RedisValue], isRefused: Bool, held: Int) {
        let reader = try RedisReplyReader(Self.limits)
        var (values, held): ([RedisValue], Int) = ([], 0)
        var rest = bytes[...]
        do throws(RedisError) {
            while !rest.isEmpty {
                let piece = Array(
                    rest.prefix(Int.random(in: 1...Int.random(in: 1...900, using: &random), using: &random))
                )
                rest = rest.dropFirst(piece.count)
                try reader.feed(piece)
                while let value = try reader.next() { values.append(value) }
                held = max(held, reader.held)
            }
        } catch {
            guard error.kind == .malformedReply, error.mayHaveBeenSent else { throw error }
            return (values, true, max(held, reader.held))
        }
        return (values, false, held)
    }

    // Row of the security rules: reply limits; any bytes are an error or a value, in bounded memory.
    @Test func `any bytes are replies or an error, in bounded memory`() throws {
        var random = SeededGenerator(seed: 20_261_126)
        var (refused, whole, most) = (0, 0, 0)
        for number in 0..<Self.count {
            var bytes: [UInt8] = []
            let valid = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Self.reply(&random, depth: 0, into: &bytes)
            }
            let isMutated = number % 4 != 0
            if isMutated {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 2: bytes.removeSubrange(place...)
                    case 3: bytes.insert(contentsOf: Self.hostile.randomElement(using: &random) ?? [], at: place)
                    case 4 where !bytes.isEmpty: bytes.remove(at: place)
                    default:
                        let piece = bytes[place...].prefix(Int.random(in: 0..<40, using: &random))
                        bytes.insert(contentsOf: Array(piece), at: place)
                    }
                }
            }
            let result = try Self.read(bytes, &random)
            most = max(most, result.held)
            if result.isRefused { refused += 1 }
            if !isMutated {
                whole += 1
                guard result.values == valid, !result.isRefused else {
                    Issue.record("valid replies of input \(number) did not come back")
                    return
                }
            }
        }
        // The string, the pieces after it, and what hiredis doubles.
        #expect(most <= 64 << 10, "\(most)")
        #expect(refused > Self.count / 4 && whole >= Self.count / 4)
        print("Redis replies: \(Self.count) inputs, \(refused) refused, \(most) bytes held at most")
    }
}
