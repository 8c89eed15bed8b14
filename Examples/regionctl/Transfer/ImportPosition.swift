/// How far an import is: a place between two lines, and what was counted up to it.
struct ImportPosition: Hashable, Codable, Sendable {
    /// Which of the input's files, from 0.
    var file = 0
    /// How many bytes of the file, uncompressed, and how many of its lines are before.
    var offset = 0
    var line = 0
    /// How many lines of the file were items, bad ones included.
    var itemsInFile = 0

    /// Over all files.
    var items = 0
    var skipped = 0
    var lines = 0
    var bytes = 0

    /// Steps over a line.
    mutating func pass(_ line: LineSplitter.Line) {
        self.offset = line.offset + line.size
        self.line = line.number
        self.lines += 1
        self.bytes += line.size
    }

    /// Goes to the beginning of the next file.
    mutating func nextFile() {
        self.file += 1
        (self.offset, self.line, self.itemsInFile) = (0, 0, 0)
    }
}
