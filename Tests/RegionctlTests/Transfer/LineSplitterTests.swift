import Testing

@testable import regionctl

@Suite struct LineSplitterTests {
    private typealias Line = LineSplitter.Line

    /// Number, offset, size and text of each line; nil for a line that is too long.
    private func lines(of pieces: [[UInt8]], longestLine: Int = 100) -> [(Int, Int, Int, String?)] {
        var splitter = LineSplitter(longestLine: longestLine)
        var lines: [(Int, Int, Int, String?)] = []
        func note(_ line: Line) {
            let text = line.range.map { String(decoding: splitter.bytes[$0], as: UTF8.self) }
            lines.append((line.number, line.offset, line.size, text))
        }
        for piece in pieces {
            splitter.append(piece)
            while let line = splitter.next() { note(line) }
        }
        if let line = splitter.last() { note(line) }
        return lines
    }

    @Test(arguments: [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n\na\n\n", ["", "", "a", ""]),
        ("a\r\nb\r\n", ["a\r", "b\r"]), ("é\n日本\n", ["é", "日本"]),
    ])
    func `lines are the same wherever the pieces end`(_ text: String, _ expected: [String]) {
        let bytes = Array(text.utf8)
        var divisions = [[bytes], bytes.map { [$0] }]
        for first in 0...bytes.count {
            for second in first...bytes.count {
                divisions.append([Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])])
            }
        }
        for pieces in divisions {
            let lines = self.lines(of: pieces)
            #expect(lines.map(\.3) == expected)
            #expect(lines.map(\.0) == Array(1..<(expected.count + 1)))
            #expect(lines.map(\.2).reduce(0, +) == bytes.count)
            var offset = 0
            for line in lines {
                #expect(line.1 == offset)
                offset += line.2
            }
        }
    }

    @Test func `a line that is too long is told and dropped, and the next ones are read`() {
        let text = "ok\n" + String(repeating: "x", count: 25) + "\nlast\n" + String(repeating: "y", count: 12)
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            let pieces = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            let lines = self.lines(of: pieces, longestLine: 10)
            #expect(lines.map(\.3) == ["ok", nil, "last", nil])
            #expect(lines.map(\.1) == [0, 3, 29, 34])
            #expect(lines.map(\.2) == [3, 26, 5, 12])
        }
    }

    @Test func `what a long line leaves in memory is bounded`() {
        var splitter = LineSplitter(longestLine: 1000)
        for _ in 0..<100 {
            splitter.append(Array(repeating: 7, count: 300))
            let line = splitter.next()
            #expect(line == nil)
            #expect(splitter.bytes.count <= 1300)
        }
        let last = splitter.last()
        #expect(last?.size == 30_000)
    }

    @Test func `it goes on in the middle of a stream`() {
        var splitter = LineSplitter(afterLine: 7, offset: 100)
        splitter.append(Array("ab\n".utf8))
        let line = splitter.next()
        #expect(line == Line(number: 8, offset: 100, size: 3, range: 0..<2))
    }
}
