import Foundation
import RegionKitCore
import Synchronization

@testable import BackendDynamo

/// One region of a ``StubTable``: a server on 127.0.0.1 that speaks DynamoDB's protocol and fails as it is told.
final class StubService: Sendable {
    /// A request that is to be answered.
    struct Arrival: Sendable {
        var operation: DynamoOperation
        var key: Key
        /// How many came before it to this service.
        var number: Int
        /// How many came before it over its connection.
        var numberOnConnection: Int
    }

    typealias Plan = @Sendable (Arrival) -> StubBehaviour

    private let script: Script
    private let server: HTTPServer

    init(_ table: StubTable) throws {
        let script = Script(table)
        self.script = script
        self.server = try HTTPServer { connection in script.serve(connection) }
    }

    var port: Int { self.server.port }

    /// Connections so far.
    var connections: Int { self.server.accepted }

    /// Requests so far.
    var arrivals: Int { self.script.state.withLock { $0.arrivals.values.reduce(0, +) } }

    /// Requests of a kind so far.
    func arrivals(of operation: DynamoOperation) -> Int { self.script.state.withLock { $0.arrivals[operation] ?? 0 } }

    /// What came and was not understood.
    var unreadable: [String] { self.script.state.withLock { $0.unreadable } }

    /// Says what is done with each request from now on.
    func plan(_ plan: @escaping Plan) { self.script.state.withLock { $0.plan = plan } }

    func plan(_ behaviour: StubBehaviour) { self.plan { _ in behaviour } }

    func close() { self.server.close() }
}

/// What a service does on each connection.
private final class Script: Sendable {
    struct State {
        var plan: StubService.Plan = { _ in .answer }
        var arrivals: [DynamoOperation: Int] = [:]
        var unreadable: [String] = []
    }

    let state = Mutex(State())
    private let table: StubTable

    init(_ table: StubTable) {
        self.table = table
    }

    func serve(_ connection: ServerConnection) {
        var count = 0
        while let request = connection.read() {
            do {
                let call = try StubCall(request, self.table.schema)
                let (plan, number) = self.state.withLock { state in
                    let number = state.arrivals.values.reduce(0, +)
                    state.arrivals[call.operation, default: 0] += 1
                    return (state.plan, number)
                }
                let arrival = StubService.Arrival(
                    operation: call.operation,
                    key: call.key,
                    number: number,
                    numberOnConnection: count
                )
                count += 1
                guard try self.answer(call, plan(arrival), on: connection) else { return }
            } catch {
                self.state.withLock { $0.unreadable.append("\(error): \(request.body)") }
                connection.write(Self.head(400, 0))
                return
            }
        }
    }

    /// Answers; false at the connection's end.
    private func answer(
        _ call: StubCall,
        _ behaviour: StubBehaviour,
        on connection: ServerConnection
    ) throws -> Bool {
        let (status, body) = behaviour.applies ? try self.table.perform(call) : (200, "{}")
        let whole = Self.head(status, body.utf8.count, ["x-amz-crc32": "\(Self.checksum(body))"]) + body
        switch behaviour {
        case .answer: return connection.write(whole)
        case .answerAndClose:
            connection.write(whole.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n", maxReplacements: 1))
            return false
        case .slow(let duration):
            Thread.sleep(forTimeInterval: duration / .seconds(1))
            return connection.write(whole)
        case .close: return false
        case .resetWithin, .closeWithin:
            connection.write(String(whole.dropLast(max(1, body.count / 2))))
            if case .resetWithin = behaviour { connection.reset() }
            return false
        case .fault(let status, let body, let headers, _):
            return connection.write(Self.head(status, body.utf8.count, headers) + body)
        case .wrongChecksum:
            return connection.write(Self.head(200, body.utf8.count, ["x-amz-crc32": "1"]) + body)
        case .endless(let lines):
            connection.write("HTTP/1.1 200 OK\r\n\(lines)\r\n\r\n")
            let chunk = "10000\r\n" + String(repeating: "x", count: 1 << 16) + "\r\n"
            while connection.write(chunk) {}
            return false
        case .silence:
            _ = connection.readToEnd()
            return false
        }
    }

    private static func head(_ status: Int, _ length: Int, _ headers: [String: String] = [:]) -> String {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return "HTTP/1.1 \(status) Scripted\r\nContent-Type: application/x-amz-json-1.0\r\n"
            + "Content-Length: \(length)\r\n\(lines)\r\n"
    }

    private static func checksum(_ body: String) -> UInt32 { CRC32.checksum(Array(body.utf8).span) }
}
