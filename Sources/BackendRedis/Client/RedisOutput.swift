/// The bytes that wait to be written to a connection, and how many were.
struct RedisOutput {
    /// What is written and waits together, counted from the connection's beginning.
    private(set) var appended = 0
    /// What is written, counted from the connection's beginning.
    private(set) var written = 0
    private var bytes: [UInt8] = []
    /// Where the first byte that waits is.
    private var head = 0

    /// How many bytes wait.
    var count: Int { self.bytes.count - self.head }

    var isEmpty: Bool { self.head == self.bytes.count }

    /// Appends a command: an array of strings, each with its length before it.
    ///
    /// Reference: <https://redis.io/docs/latest/develop/reference/protocol-spec/>
    mutating func append(_ command: RedisCommand, runID: [UInt8]) {
        let before = self.bytes.count
        self.append(UInt8(ascii: "*"), command.arguments.count)
        for argument in command.arguments {
            switch argument {
            case .bytes(let bytes): self.append(bytes)
            case .runID: self.append(runID)
            }
        }
        self.appended += self.bytes.count - before
    }

    private mutating func append(_ argument: [UInt8]) {
        self.append(UInt8(ascii: "$"), argument.count)
        self.bytes.append(contentsOf: argument)
        self.endLine()
    }

    private mutating func append(_ kind: UInt8, _ number: Int) {
        self.bytes.append(kind)
        var power = 1
        while number / power >= 10 { power *= 10 }
        while power > 0 {
            self.bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        }
        self.endLine()
    }

    private mutating func endLine() {
        self.bytes.append(UInt8(ascii: "\r"))
        self.bytes.append(UInt8(ascii: "\n"))
    }

    /// Hands out the bytes that wait.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe self.bytes.withUnsafeBytes { unsafe body(.init(rebasing: $0[self.head...])) }
    }

    /// Notes that the first bytes were written.
    mutating func wrote(_ count: Int) {
        self.written += count
        self.head += count
        if self.isEmpty {
            // One large command does not keep its memory.
            self.bytes.removeAll(keepingCapacity: self.bytes.capacity <= 1 << 20)
            self.head = 0
        } else if self.head >= 64 << 10, self.head * 2 >= self.bytes.count {
            self.bytes.removeFirst(self.head)
            self.head = 0
        }
    }

    /// How many bytes are in memory.
    var held: Int { self.bytes.count }
}
