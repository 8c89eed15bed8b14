internal import RegionKitTesting
internal import Testing

@testable internal import BackendRedis

struct RedisOutputTests {
    private static func text(_ output: RedisOutput) -> String {
        unsafe output.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a command is an array of strings, each with its length`() {
        var output = RedisOutput()
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
        output.append(RedisCommand([.bytes([]), .runID, .bytes(Array("a\r\n".utf8)), .bytes(long)]), runID: [49, 50])
        let expected = "*4\r\n$0\r\n\r\n$2\r\n12\r\n$3\r\na\r\n\r\n$100\r\n\(String(repeating: "x", count: 100))\r\n"
        #expect(Self.text(output) == expected)
        #expect(output.appended == expected.utf8.count && output.written == 0)
        output.wrote(4)
        #expect(Self.text(output) == expected.dropFirst(3))
        #expect(output.appended == expected.utf8.count && output.written == 4)
    }

    @Test func `what was written is given back, though something always waits`() {
        var output = RedisOutput()
        let command = RedisCommand([.bytes([UInt8](repeating: 1, count: 1000))])
        output.append(command, runID: [])
        for _ in 0..<10_000 {
            output.append(command, runID: [])
            output.wrote(1013)
        }
        #expect(output.written == 10_130_000 && output.count == 1013)
        #expect(output.held <= 256 << 10, "\(output.held)")
    }

    @Test func `a queue is in order, whatever is done to it`() {
        var random = SeededGenerator(seed: 3)
        var (queue, model): (RedisQueue<Int>, [Int]) = (RedisQueue(), [])
        for number in 0..<20_000 {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<52:
                queue.append(number)
                model.append(number)
            case ..<97:
                let (first, expected) = (queue.popFirst(), model.isEmpty ? nil : model.removeFirst())
                #expect(first == expected)
            case 97:
                let taken = queue.removeAll { $0.isMultiple(of: 7) }
                #expect(taken == model.filter { $0.isMultiple(of: 7) })
                model.removeAll { $0.isMultiple(of: 7) }
            case 98:
                let isChanged = queue.changeFirst { element in
                    guard element.isMultiple(of: 3) else { return false }
                    element += 1
                    return true
                }
                let place = model.firstIndex { $0.isMultiple(of: 3) }
                #expect(isChanged == (place != nil))
                if let place { model[place] += 1 }
            default:
                guard number.isMultiple(of: 10) else { break }
                let all = queue.removeAll()
                #expect(all == model)
                model = []
            }
            #expect(queue.count == model.count && queue.first == model.first && queue.isEmpty == model.isEmpty)
        }
    }
}
