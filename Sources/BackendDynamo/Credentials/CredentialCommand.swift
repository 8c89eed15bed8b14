internal import RegionKitCore

/// Credentials that a program of the user's prints: `credential_process` of a profile.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>. No shell is involved; the
/// program has a minute and 64 KiB, and what it writes to its standard error is dropped, because it may be a secret.
struct CredentialCommand {
    var line: String
    var profile: String
    var step: String
    var environment: CredentialEnvironment

    private static let timeout = Duration.seconds(60)
    private static let largestOutput = 64 << 10

    func credentials() async throws(CredentialError) -> Credentials {
        guard let words = CommandWords.split(self.line), let program = words.first else {
            throw self.failure(.invalid, "has no program or a quote without its end")
        }
        guard let path = self.path(of: program) else {
            throw self.failure(.invalid, "names a program that is not there")
        }
        let process = ChildProcess(
            path: path,
            arguments: Array(words.dropFirst()),
            environment: self.environment.variables
        )
        let output: [UInt8]
        switch await process.output(limit: Self.largestOutput, timeout: Self.timeout, time: self.environment.time) {
        case .exited(0, let bytes): output = bytes
        case .exited(let status, _): throw self.failure(.refused, "ended with status \(status); run it by hand")
        case .notStarted: throw self.failure(.invalid, "could not be started; check that the file may be executed")
        case .tooMuchOutput: throw self.failure(.invalid, "printed more than 64 KiB")
        case .timedOut: throw self.failure(.unreachable, "did not end within a minute and was stopped")
        case .cancelled: throw self.failure(.cancelled, "was stopped because the calling task was cancelled")
        }
        let document = try JSONDocument(output, step: self.step)
        guard document.integer("Version") == 1 else {
            throw self.failure(.invalid, "printed a document whose Version is not 1")
        }
        return try Credentials(document: document, step: self.step)
    }

    private func failure(_ code: CredentialError.Code, _ what: String) -> CredentialError {
        // Its arguments may be secrets.
        CredentialError(code, step: self.step, "The credential_process of profile \"\(self.profile)\" \(what).")
    }

    private func path(of program: String) -> String? {
        if program.contains("/") { return program }
        let folders = (self.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.lazy.map { "\($0)/\(program)" }.first(where: ChildProcess.isExecutable)
    }
}
