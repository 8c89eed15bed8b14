internal import Foundation

/// Cuts bytes into lines, whatever pieces they come in.
///
/// A line that is too long is told and dropped piece by piece: nothing longer than that is ever kept.
struct LineSplitter {
    /// One line, without its end.
    struct Line: Hashable {
        /// Counted from 1.
        var number: Int
        /// How many bytes of the stream are before it.
        var offset: Int
        /// How many bytes of the stream it is, its end included.
        var size: Int
        /// Where it stands in ``LineSplitter/bytes``; nil when it is too long.
        var range: Range<Int>?
    }

    /// The longest line: an item's 400 KB as text with every character escaped stay below it.
    static let longestLine = 4 << 20

    /// What was read last; lines point into it until the next ``append(_:)``.
    private(set) var bytes: [UInt8] = []
    private var place = 0
    private var number: Int
    private var offset: Int
    /// How much of a line that is too long has been dropped.
    private var dropped = 0
    private let longestLine: Int

    /// Goes on in a stream after a number of lines and bytes.
    init(afterLine number: Int = 0, offset: Int = 0, longestLine: Int = Self.longestLine) {
        self.number = number
        self.offset = offset
        self.longestLine = longestLine
    }

    /// Takes the stream's next piece; all whole lines were taken out before.
    mutating func append(_ piece: [UInt8]) {
        if self.place == self.bytes.count {
            self.bytes = piece
        } else {
            self.bytes.removeFirst(self.place)
            self.bytes += piece
        }
        self.place = 0
    }

    /// The next whole line; nil when more bytes are needed.
    mutating func next() -> Line? {
        guard let end = Self.newline(in: self.bytes, from: self.place) else {
            let rest = self.bytes.count - self.place
            if self.dropped + rest > self.longestLine {
                self.dropped += rest
                self.place = self.bytes.count
            }
            return nil
        }
        return self.take(upTo: end, size: end + 1 - self.place)
    }

    /// What is left at the stream's end: a line without end; nil when there is none.
    mutating func last() -> Line? {
        let rest = self.bytes.count - self.place
        guard self.dropped + rest > 0 else { return nil }
        return self.take(upTo: self.bytes.count, size: rest)
    }

    private mutating func take(upTo end: Int, size: Int) -> Line {
        self.number += 1
        let isTooLong = self.dropped > 0 || size > self.longestLine
        let line = Line(
            number: self.number,
            offset: self.offset,
            size: self.dropped + size,
            range: isTooLong ? nil : self.place..<end
        )
        self.offset += line.size
        self.place += size
        self.dropped = 0
        return line
    }

    private static func newline(in bytes: [UInt8], from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
