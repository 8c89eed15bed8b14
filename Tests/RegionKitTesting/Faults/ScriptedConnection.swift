internal import Foundation

/// A server's end of a connection, used by its script's thread.
package final class ScriptedConnection {
    /// Which of the server's connections it is, from one.
    package let number: Int
    /// How many bytes each read has brought.
    package private(set) var reads: [Int] = []
    /// What has come and was not taken.
    package private(set) var buffer: [UInt8] = []
    private let descriptor: Int32

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// Waits for more; false at the connection's end.
    package func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(self.descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        self.reads.append(count)
        self.buffer += bytes.prefix(count)
        return true
    }

    /// Takes so many bytes; nil when the connection ends before.
    package func take(_ count: Int) -> [UInt8]? {
        while self.buffer.count < count { guard self.fill() else { return nil } }
        defer { self.buffer.removeFirst(count) }
        return Array(self.buffer.prefix(count))
    }

    /// Takes what comes before a text, and the text; nil when the connection ends before.
    package func take(through text: String) -> String? {
        let end = Array(text.utf8)
        while true {
            if let found = self.buffer.firstRange(of: end) {
                defer { self.buffer.removeFirst(found.upperBound) }
                return String(decoding: self.buffer[..<found.lowerBound], as: UTF8.self)
            }
            guard self.fill() else { return nil }
        }
    }

    /// Whatever comes until the other end closes.
    @discardableResult
    package func readToEnd() -> [UInt8] {
        while self.fill() {}
        return self.buffer
    }

    /// Writes; false when the other end is gone.
    @discardableResult
    package func write(_ text: String) -> Bool {
        self.write(bytes: Array(text.utf8))
    }

    /// Writes; false when the other end is gone.
    @discardableResult
    package func write(bytes: [UInt8]) -> Bool {
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

    /// Makes the close that follows a reset.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &linger, size)
    }
}
