internal import Foundation

/// A server's end of a connection, used by its script's thread.
final class ServerConnection {
    private let descriptor: Int32
    private let arrivals: AsyncStream<ReceivedRequest>.Continuation
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32, _ arrivals: AsyncStream<ReceivedRequest>.Continuation) {
        self.descriptor = descriptor
        self.arrivals = arrivals
    }

    /// Reads a request with its body; nil at the connection's end.
    func read() -> ReceivedRequest? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd = 0
        while true {
            if let found = self.buffer.firstRange(of: end) {
                headEnd = found.upperBound
                break
            }
            guard self.fill() else { return nil }
        }
        let head = String(decoding: self.buffer[..<(headEnd - 4)], as: UTF8.self)
        var request = ReceivedRequest(lines: head.components(separatedBy: "\r\n"), body: "")
        let length = request.values("content-length").first.flatMap { Int($0) } ?? 0
        while self.buffer.count < headEnd + length { guard self.fill() else { return nil } }
        request.body = String(decoding: self.buffer[headEnd..<(headEnd + length)], as: UTF8.self)
        self.buffer.removeFirst(headEnd + length)
        self.arrivals.yield(request)
        return request
    }

    /// Whatever comes until the other end closes.
    func readToEnd() -> [UInt8] {
        while self.fill() {}
        return self.buffer
    }

    private func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16384)
        let count = unsafe recv(self.descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        self.buffer += bytes.prefix(count)
        return true
    }

    /// Writes; false when the other end is gone.
    @discardableResult
    func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe send(
                    self.descriptor,
                    bytes.baseAddress.map { unsafe $0 + done },
                    bytes.count - done,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Answers with 200 and a body.
    @discardableResult
    func answer(_ body: String) -> Bool {
        self.write("HTTP/1.1 200 OK\r\nX-Test: Yes\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Answers every request with its path.
    func echo() {
        while let request = self.read() { self.answer(request.path) }
    }

    /// Makes the close that follows a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &linger, size)
    }
}
