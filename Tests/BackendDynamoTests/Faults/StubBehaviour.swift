@testable import BackendDynamo

/// What a ``StubService`` does with one request.
enum StubBehaviour: Sendable {
    /// Does it and answers.
    case answer
    /// Does it, answers, and closes the connection.
    case answerAndClose
    /// Does it, and answers so much later.
    case slow(Duration)
    /// Closes the connection before any byte of an answer.
    case close(applied: Bool)
    /// Does it, sends half of the answer, and resets the connection.
    case resetWithin
    /// Does it, sends half of the answer, and closes the connection.
    case closeWithin
    /// Answers with a status and a body of its own.
    case fault(Int, String, headers: [String: String] = [:], applied: Bool = false)
    /// Does it, and answers with a checksum that is wrong.
    case wrongChecksum
    /// Does it, and answers with an endless body after these header lines.
    case endless(String)
    /// Never answers.
    case silence(applied: Bool)

    /// Whether the request is done.
    var applies: Bool {
        switch self {
        case .answer, .answerAndClose, .slow, .resetWithin, .closeWithin, .wrongChecksum, .endless: true
        case .close(let applied), .silence(let applied), .fault(_, _, _, let applied): applied
        }
    }

    /// The service's own refusal.
    static func refuse(
        _ code: String,
        _ status: Int = 400,
        headers: [String: String] = [:],
        applied: Bool = false
    ) -> StubBehaviour {
        .fault(status, StubTable.fault(code), headers: headers, applied: applied)
    }

    /// An error of the server, after the commit or instead of it.
    static func serverError(applied: Bool) -> StubBehaviour { .refuse("InternalServerError", 500, applied: applied) }
}
