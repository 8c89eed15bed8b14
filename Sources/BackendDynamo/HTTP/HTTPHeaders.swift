/// The headers of an answer, as they came; nothing is parsed that nobody asks for.
struct HTTPHeaders: Sendable {
    /// The status line and the header lines, each with its end.
    private let block: [UInt8]

    init(block: [UInt8]) {
        self.block = block
    }

    /// The value of the first header of a name, whatever its case; nil without one.
    subscript(name: String) -> String? {
        self.lines.first { Self.equal(self.block[$0.name], name) }.map { self.text($0.value) }
    }

    /// All headers, the names in lower case.
    var all: [(name: String, value: String)] {
        self.lines.map { (self.text($0.name).lowercased(), self.text($0.value)) }
    }

    private var lines: Lines { Lines(block: self.block) }

    /// Where the names and values of the header lines are, one line after the other.
    private struct Lines: Sequence, IteratorProtocol {
        let block: [UInt8]
        private var start = 0

        init(block: [UInt8]) {
            self.block = block
        }

        mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
            while self.start < self.block.count {
                let first = self.start
                let end = self.block[first...].firstIndex(of: UInt8(ascii: "\n")) ?? self.block.count
                self.start = end + 1
                guard first > 0, let colon = self.block[first..<end].firstIndex(of: UInt8(ascii: ":")) else { continue }
                return (first..<colon, self.trimmed(colon + 1..<end))
            }
            return nil
        }

        private func trimmed(_ range: Range<Int>) -> Range<Int> {
            func isBlank(_ at: Int) -> Bool { self.block[at] <= UInt8(ascii: " ") }
            let first = range.first { !isBlank($0) } ?? range.upperBound
            let last = range.last { !isBlank($0) } ?? first - 1
            return first..<last + 1
        }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: self.block[range], as: UTF8.self) }

    private static func equal(_ bytes: ArraySlice<UInt8>, _ name: String) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
        return bytes.count == name.utf8.count && zip(bytes, name.utf8).allSatisfy { lower($0) == lower($1) }
    }
}
