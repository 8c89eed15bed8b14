import Foundation
import RegionKitCore
import Testing

@testable import regionctl

@Suite struct InterruptionTests {
    private static let attempt = Attempt(
        region: "us-west-2",
        failure: .unknownOutcome,
        code: .cancelled,
        message: "the caller was cancelled",
        duration: .milliseconds(5)
    )
    private static let operation = OperationID(high: 0, low: 1)

    @Test func `of a write that had begun all that is known is told`() {
        let error = RegionError(
            .outcomeUnknown,
            "the write may or may not have been done",
            region: "us-west-2",
            operation: Self.operation,
            attempts: [Self.attempt]
        )
        let failure = Failure(interruptedBy: error)
        #expect(failure.exit == .interrupted)
        #expect(failure.code == .outcomeUnknown)
        #expect(failure.message == "the write may or may not have been done")
        #expect(failure.region == "us-west-2")
        #expect(failure.attempts.count == 1)
    }

    @Test(
        arguments: [
            RegionError(.cancelled, "x", operation: Self.operation),
            RegionError(.cancelled, "x", attempts: [Self.attempt]),
            CancellationError(),
        ] as [any Error]
    )
    func `else a command is merely interrupted`(_ error: any Error) {
        let failure = Failure(interruptedBy: error)
        #expect(failure.exit == .interrupted)
        #expect(failure.code == .cancelled)
        #expect(failure.message == "Interrupted.")
    }

    @Test func `Ctrl-C during a write tells that it may have been done`() async throws {
        let tool = try Tool.deployed(more: ", \"deadline\": \"100s\", \"attemptTimeout\": \"100s\"")
        defer { tool.remove() }
        try await tool.run(line: "put l --item {} --wait-replicated")
        // The first attempt is done and its answer lost; the second one waits.
        try await tool.run(line: "fault us-west-2 ambiguous")
        try await tool.run(line: "fault us-east-1 slow=90s")
        let outcome = try await tool.run(["put", "k", "--item", "{}", "--json"]) { process in
            let isDone = try await eventually { try await tool.run(line: "get k --region us-west-2").code == 0 }
            #expect(isDone)
            kill(process, SIGINT)
        }
        #expect(outcome.code == 130)
        #expect(outcome.errorCode == "outcomeUnknown", "\(outcome.output)")
        let error = outcome.document?["error"] as? [String: Any]
        #expect((error?["attempts"] as? [Any])?.isEmpty == false)
    }
}
