internal import Foundation
import RegionKitTesting

/// The server's side of HTTP on a connection.
struct ServerConnection {
    private let connection: ScriptedConnection
    private let arrivals: AsyncStream<ReceivedRequest>.Continuation

    init(_ connection: ScriptedConnection, _ arrivals: AsyncStream<ReceivedRequest>.Continuation) {
        self.connection = connection
        self.arrivals = arrivals
    }

    /// Reads a request with its body; nil at the connection's end.
    func read() -> ReceivedRequest? {
        guard let head = self.connection.take(through: "\r\n\r\n") else { return nil }
        var request = ReceivedRequest(lines: head.components(separatedBy: "\r\n"), body: "")
        let length = request.values("content-length").first.flatMap { Int($0) } ?? 0
        guard let body = self.connection.take(length) else { return nil }
        request.body = String(decoding: body, as: UTF8.self)
        self.arrivals.yield(request)
        return request
    }

    /// Whatever comes until the other end closes.
    func readToEnd() -> [UInt8] { self.connection.readToEnd() }

    /// Writes; false when the other end is gone.
    @discardableResult
    func write(_ text: String) -> Bool { self.connection.write(text) }

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
    func reset() { self.connection.reset() }
}
