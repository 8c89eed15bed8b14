internal import Foundation

/// A server's end of a connection, used by its script's thread.
final class ScriptedConnection {
    static let runID = String(repeating: "0123456789", count: 4)

    /// Which of the server's connections it is, from one.
    let number: Int
    /// How many bytes each read has brought.
    private(set) var reads: [Int] = []
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// Reads a command; nil at the connection's end.
    func read() -> [String]? {
        guard let count = self.number(after: "*") else { return nil }
        var arguments: [String] = []
        for _ in 0..<count {
            guard let length = self.number(after: "$") else { return nil }
            while self.buffer.count < length + 2 { guard self.fill() else { return nil } }
            arguments.append(String(decoding: self.buffer.prefix(length), as: UTF8.self))
            self.buffer.removeFirst(length + 2)
        }
        return arguments
    }

    private func number(after kind: Character) -> Int? {
        while true {
            if let end = self.buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: self.buffer[..<end], as: UTF8.self)
                self.buffer.removeFirst(end + 1)
                guard line.first == kind else { return nil }
                return Int(line.dropFirst().filter(\.isNumber))
            }
            guard self.fill() else { return nil }
        }
    }

    /// Whatever comes until the other end closes.
    @discardableResult
    func readToEnd() -> [UInt8] {
        while self.fill() {}
        return self.buffer
    }

    private func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(self.descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        self.reads.append(count)
        self.buffer += bytes.prefix(count)
        return true
    }

    /// Writes; false when the other end is gone.
    @discardableResult
    func write(_ text: String) -> Bool {
        self.write(bytes: Array(text.utf8))
    }

    @discardableResult
    func write(bytes: [UInt8]) -> Bool {
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

    func bulk(_ text: String) -> Bool { self.write("$\(text.utf8.count)\r\n\(text)\r\n") }

    /// Lets a connection in; false when it went away.
    @discardableResult
    func admit(runID: String = ScriptedConnection.runID) -> Bool {
        while let command = self.read() {
            let isAnswered =
                command[0] == "INFO" ? self.bulk("# Server\r\nrun_id:\(runID)\r\n") : self.write("+OK\r\n")
            guard isAnswered else { return false }
            if command[0] == "CLIENT" { return true }
        }
        return false
    }

    /// Answers every command with its last argument.
    func echo() {
        while let command = self.read() { guard self.bulk(command.last ?? "") else { return } }
    }
}
