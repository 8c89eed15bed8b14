import RegionKitCore
import Synchronization

@testable import BackendDynamo

/// A transport that answers as it is told, one answer a request, and keeps what it was sent.
final class ScriptedService: HTTPTransport {
    enum Answer: Sendable {
        case status(Int, String, headers: [String: String] = [:])
        case failure(HTTPError.Kind, sent: Bool)
    }

    private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

    init(_ answers: [Answer]) {
        self.state = Mutex((answers, []))
    }

    var requests: [HTTPRequest] { self.state.withLock { $0.requests } }

    func send(_ request: HTTPRequest, deadline: MonotonicInstant) async throws(HTTPError) -> HTTPResponse {
        let answer = self.state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? .status(200, "{}") : state.answers.removeFirst()
        }
        switch answer {
        case .failure(let kind, let isSent): throw HTTPError(kind, mayHaveBeenSent: isSent, "It failed.")
        case .status(let status, let body, let headers):
            let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
            return HTTPResponse(
                status: status,
                headers: HTTPHeaders(block: Array("HTTP/1.1 \(status) \r\n\(lines)\r\n".utf8)),
                body: Array(body.utf8),
                reusedConnection: true,
                sent: MonotonicInstant(nanoseconds: 0),
                received: MonotonicInstant(nanoseconds: 0)
            )
        }
    }
}

extension HTTPRequest {
    func header(_ name: String) -> String? { self.headers.first { $0.name == name }?.value }
    var text: String { String(decoding: self.body, as: UTF8.self) }
}
