import RegionKitCore
import Testing

@testable import BackendRedis

/// F2: every error has one class.
@Suite struct RedisErrorClassTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: RedisError.Kind
        var message = ""
        var sent = true
        var read: FailureClass
        var write: FailureClass

        var testDescription: String { "\(self.kind) \(self.message) sent: \(self.sent)" }
    }

    static let cases: [Case] = [
        Case(kind: .notConnected, sent: false, read: .notSent, write: .notSent),
        Case(kind: .notAdmitted, message: "WRONGPASS invalid", sent: false, read: .notSent, write: .notSent),
        Case(kind: .timeout, sent: false, read: .notSent, write: .notSent),
        Case(kind: .timeout, read: .unknownOutcome, write: .unknownOutcome),
        Case(kind: .connectionLost, sent: false, read: .notSent, write: .notSent),
        Case(kind: .connectionLost, read: .unknownOutcome, write: .unknownOutcome),
        Case(kind: .malformedReply, read: .unavailable, write: .unknownOutcome),
        Case(kind: .overloaded, sent: false, read: .overloaded, write: .overloaded),
        Case(kind: .cancelled, sent: false, read: .notSent, write: .notSent),
        Case(kind: .cancelled, read: .unknownOutcome, write: .unknownOutcome),
        Case(kind: .closed, sent: false, read: .notSent, write: .notSent),
        Case(kind: .closed, read: .unknownOutcome, write: .unknownOutcome),
        Case(kind: .reply, message: "READONLY You can't write", read: .readOnly, write: .readOnly),
        Case(kind: .reply, message: "LOADING Redis is loading", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "MASTERDOWN Link", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "NOREPLICAS Not enough", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "MISCONF Redis is", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "BUSY Redis is busy", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "OOM command not allowed", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "NOSCRIPT No matching", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "CLUSTERDOWN Hash slot", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "TRYAGAIN Multiple keys", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "MOVED 1 127.0.0.1:7000", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "ASK 1 127.0.0.1:7000", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "CROSSSLOT Keys", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "DENIED Redis is running", read: .unavailable, write: .unavailable),
        Case(kind: .reply, message: "NOPERM this user", read: .rejected, write: .rejected),
        Case(kind: .reply, message: "NOAUTH Authentication", read: .rejected, write: .rejected),
        Case(kind: .reply, message: "WRONGPASS invalid", read: .rejected, write: .rejected),
        // What may come from the middle of a script, and what nobody knows.
        Case(kind: .reply, message: "WRONGTYPE Operation", read: .unavailable, write: .unknownOutcome),
        Case(kind: .reply, message: "ERR user_script:3", read: .unavailable, write: .unknownOutcome),
        Case(kind: .reply, message: "NEWCODE of a later version", read: .unavailable, write: .unknownOutcome),
        Case(kind: .reply, message: "", read: .unavailable, write: .unknownOutcome),
    ]

    @Test(arguments: cases)
    func `each error has the class that the table gives it (F2)`(_ row: Case) {
        let error = RedisError(kind: row.kind, message: row.message, mayHaveBeenSent: row.sent)
        #expect(error.backendError(for: .read, in: "r").failure == row.read)
        #expect(error.backendError(for: .write, in: "r").failure == row.write)
    }

    @Test(arguments: [
        ("DENIED Redis is running in protected mode", "Set a password or an ACL user"),
        ("WRONGPASS invalid username-password pair", "Look at the user and the password"),
        ("NOPERM this user has no permissions to run the 'info' command", "RedisAccess.rule"),
    ])
    func `a server that lets nobody in says what to do about it`(_ words: String, _ advice: String) {
        let message = "Redis at r:6379 does not let the connection in: \(words)."
        let error = RedisError(kind: .notAdmitted, message: message, mayHaveBeenSent: false)
        let told = error.backendError(for: .read, in: "r")
        #expect(told.failure == .notSent && told.code == .accessDenied)
        #expect(told.message.contains(advice) && told.message.contains(words))
    }

    @Test func `what came before a write leaves no doubt about the write`() {
        let lost = RedisError(kind: .connectionLost, message: "", mayHaveBeenSent: true)
        #expect(lost.backendError(for: .read, in: "r").beforehand.failure == .notSent)
    }
}
