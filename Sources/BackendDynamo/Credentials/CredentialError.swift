/// Why there are no credentials.
public struct CredentialError: Error, Hashable, Sendable {
    /// What kind of failure it is, for programs.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind {
            case notConfigured, invalid, refused, unreachable, expired, overloaded, cancelled
        }

        private let kind: Kind

        /// The step has nothing to work with; the next step of a chain is asked.
        public static let notConfigured = Code(kind: .notConfigured)
        /// A setting, a file or an answer is wrong; a chain ends here, so that no other identity is used by mistake.
        public static let invalid = Code(kind: .invalid)
        /// A service answered with a refusal.
        public static let refused = Code(kind: .refused)
        /// A service did not answer, or only with a failure of its own; worth another try.
        public static let unreachable = Code(kind: .unreachable)
        /// The credentials, or a log-in that they come from, have expired.
        public static let expired = Code(kind: .expired)
        /// Too many callers wait already.
        public static let overloaded = Code(kind: .overloaded)
        /// The calling task was cancelled.
        public static let cancelled = Code(kind: .cancelled)

        /// The code's name.
        public var description: String { "\(self.kind)" }
    }

    /// What kind of failure it is, for programs.
    public var code: Code
    /// The step that failed, such as `environment`.
    public var step: String
    /// What went wrong and what to do, for people; never a secret.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, step: String, _ message: String) {
        self.code = code
        self.step = step
        self.message = message
    }
}

extension CredentialError: CustomStringConvertible {
    /// Step and message.
    public var description: String { "credentials from \(self.step): \(self.message)" }
}
