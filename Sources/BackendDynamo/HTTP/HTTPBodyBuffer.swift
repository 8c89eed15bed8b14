/// Memory for the bodies of one transfer's requests, one after the other.
@safe final class HTTPBodyBuffer {
    /// What is kept between requests.
    private static let usual = 4096

    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: HTTPBodyBuffer.usual, alignment: 1)

    deinit {
        unsafe self.bytes.deallocate()
    }

    /// Takes a body, which stays where it is until the next one or ``shrink()``.
    func fill(_ body: [UInt8]) -> UnsafeMutableRawPointer? {
        if unsafe body.count > self.bytes.count { self.resize(to: body.count) }
        unsafe self.bytes.copyBytes(from: body)
        return unsafe self.bytes.baseAddress
    }

    /// Gives back what an unusually large body took.
    func shrink() {
        if unsafe self.bytes.count > Self.usual { self.resize(to: Self.usual) }
    }

    private func resize(to count: Int) {
        unsafe self.bytes.deallocate()
        unsafe self.bytes = .allocate(byteCount: count, alignment: 1)
    }
}
