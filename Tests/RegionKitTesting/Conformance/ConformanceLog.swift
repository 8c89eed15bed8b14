internal import RegionKitCore
internal import Synchronization

/// Where the checks of one rule go.
final class ConformanceLog: Sendable {
    private let rule: String
    private let entries = Mutex<[ConformanceFailure]>([])

    /// The most failures kept of one rule: the first ones tell enough.
    private static let limit = 10

    init(rule: String) {
        self.rule = rule
    }

    var failures: [ConformanceFailure] { self.entries.withLock { $0 } }

    func expect<Value: Equatable>(_ subject: String, _ found: Value, equals expected: Value) {
        if found != expected { self.fail(subject, expected: self.text(expected), found: self.text(found)) }
    }

    func expect(_ subject: String, _ holds: Bool, _ expected: String, found: @autoclosure () -> Any = "the opposite") {
        if !holds { self.fail(subject, expected: expected, found: self.text(found())) }
    }

    func fail(_ subject: String, expected: String, found: String) {
        self.entries.withLock { entries in
            guard entries.count < Self.limit else { return }
            entries.append(
                ConformanceFailure(rule: self.rule, subject: subject, expected: expected, found: found)
            )
        }
    }

    /// Checks that `body` fails in one of the given classes and with the given code.
    func expectError(
        _ subject: String,
        _ failures: Set<FailureClass>,
        _ code: ErrorCode? = nil,
        _ body: () async throws -> some Any
    ) async {
        let names = failures.map(\.rawValue).sorted().joined(separator: " or ")
        let expected = code.map { "\(names) (\($0))" } ?? names
        do {
            let result = try await body()
            self.fail(subject, expected: expected, found: "success: \(self.text(result))")
        } catch let error as BackendError {
            guard !failures.contains(error.failure) || error.code != code ?? error.code else { return }
            self.fail(subject, expected: expected, found: self.text(error))
        } catch {
            self.fail(subject, expected: expected, found: self.text(error))
        }
    }

    private func text(_ value: Any) -> String {
        let text = String(describing: value)
        return text.count <= 400 ? text : text.prefix(400) + "…"
    }
}
