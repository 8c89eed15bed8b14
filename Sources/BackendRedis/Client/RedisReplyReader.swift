internal import CHiredis

/// Reads replies from a stream of bytes: hiredis's reader, with limits.
///
/// hiredis itself takes arrays within arrays to a depth of eight. After an error the reader is of no more use.
@safe final class RedisReplyReader {
    /// What a string takes beside its bytes, and what every other element takes.
    private static let overhead = 16

    /// An array that is being read.
    private struct Frame {
        var missing: Int
        var elements: [RedisValue] = []
    }

    private let limits: RedisReplyLimits
    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private var frames: [Frame] = []
    private var value: RedisValue?
    private var elements = 0
    private var size = 0
    /// What is wrong with the present reply.
    private var fault: String?

    init(_ limits: RedisReplyLimits) throws(RedisError) {
        unsafe self.functions = .allocate(capacity: 1)
        unsafe self.functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { task, bytes, count in
                    unsafe RedisReplyReader.at(task) { reader, type in
                        unsafe reader.add(type, UnsafeRawBufferPointer(start: bytes, count: count))
                    }
                },
                createArray: { task, count in unsafe RedisReplyReader.at(task) { reader, _ in reader.open(Int(count)) }
                },
                createInteger: { task, number in
                    unsafe RedisReplyReader.at(task) { reader, _ in reader.add(.integer(number), size: 0) }
                },
                createNil: { task in unsafe RedisReplyReader.at(task) { reader, _ in reader.add(.null, size: 0) } },
                freeObject: { _ in }
            )
        )
        guard let reader = unsafe redisReaderCreateWithFunctions(self.functions) else {
            unsafe self.functions.deallocate()
            throw RedisError(.notConnected, "hiredis is out of memory.")
        }
        unsafe self.reader = reader
        self.limits = limits
        unsafe reader.pointee.privdata = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        unsafe redisReaderFree(self.reader)
        unsafe self.functions.deallocate()
    }

    /// Takes what the connection has brought.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
        guard unsafe redisReaderFeed(self.reader, bytes.baseAddress, bytes.count) == REDIS_OK else {
            throw self.error()
        }
    }

    /// The next reply that is complete, if any.
    func next() throws(RedisError) -> RedisValue? {
        var reply: UnsafeMutableRawPointer?
        let code = unsafe redisReaderGetReply(self.reader, &reply)
        guard code == REDIS_OK, self.fault == nil else { throw self.error() }
        // What has no end may be a string of any announced length, or a line without an end.
        let unread = unsafe self.reader.pointee.len - self.reader.pointee.pos
        guard unsafe reply != nil else {
            guard unread <= self.limits.stringBytes + Self.overhead else {
                self.fault = "a string is longer than \(self.limits.stringBytes) bytes"
                throw self.error()
            }
            return nil
        }
        (self.elements, self.size) = (0, 0)
        return self.value.take()
    }

    /// How many bytes it holds: those without an end yet, and those of the reply that is being read.
    var held: Int { unsafe self.reader.pointee.len + self.size }

    private func error() -> RedisError {
        // hiredis tells the kind of error, and at most one byte of what came.
        let offset = unsafe MemoryLayout<redisReader>.offset(of: \.errstr) ?? 0
        let text = unsafe (UnsafeRawPointer(self.reader) + offset).assumingMemoryBound(to: CChar.self)
        let detail = self.fault ?? RedisError.printable(unsafe String(cString: text))
        return RedisError(.malformedReply, mayHaveBeenSent: true, "A Redis server's reply is not taken: \(detail).")
    }

    // MARK: Parts of a reply

    /// Calls a function with the reader of a task; what it returns tells hiredis whether to go on.
    @unsafe private static func at(
        _ task: UnsafePointer<redisReadTask>?,
        _ body: (RedisReplyReader, Int32) -> Bool
    ) -> UnsafeMutableRawPointer? {
        guard let task = unsafe task, let context = unsafe task.pointee.privdata else { return nil }
        let reader = unsafe Unmanaged<RedisReplyReader>.fromOpaque(context).takeUnretainedValue()
        // hiredis looks at no object; it must not be nil.
        return unsafe body(reader, task.pointee.type) ? context : nil
    }

    @unsafe private func add(_ type: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= self.limits.stringBytes else {
            return self.fail("a string is longer than \(self.limits.stringBytes) bytes")
        }
        switch type {
        case REDIS_REPLY_STATUS:
            return self.add(.status(unsafe String(decoding: bytes, as: UTF8.self)), size: bytes.count)
        case REDIS_REPLY_ERROR:
            return self.add(.error(unsafe String(decoding: bytes, as: UTF8.self)), size: bytes.count)
        default:
            // hiredis has waited for the two bytes after the string, and does not look at them.
            guard let end = unsafe bytes.baseAddress?.advanced(by: bytes.count),
                unsafe end.load(as: UInt8.self) == UInt8(ascii: "\r"),
                unsafe end.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "\n")
            else { return self.fail("a string does not end where it should") }
            return self.add(.bytes(unsafe Array(bytes)), size: bytes.count)
        }
    }

    private func open(_ count: Int) -> Bool {
        guard count > 0 else { return self.add(.array([]), size: 0) }
        guard count <= self.limits.elements - self.elements else {
            return self.fail("it has more than \(self.limits.elements) elements")
        }
        self.elements += count
        var frame = Frame(missing: count)
        // A server's word is not worth more.
        frame.elements.reserveCapacity(min(count, 256))
        self.frames.append(frame)
        return true
    }

    private func add(_ value: RedisValue, size: Int) -> Bool {
        self.size += size + Self.overhead
        guard self.size <= self.limits.replyBytes else {
            return self.fail("it is larger than \(self.limits.replyBytes) bytes")
        }
        var value = value
        // The last element of an array completes it, which may complete the array around it.
        while !self.frames.isEmpty {
            let last = self.frames.count - 1
            self.frames[last].elements.append(value)
            self.frames[last].missing -= 1
            guard self.frames[last].missing == 0 else { return true }
            value = .array(self.frames.removeLast().elements)
        }
        self.value = value
        return true
    }

    private func fail(_ fault: String) -> Bool {
        self.fault = fault
        return false
    }
}
