import RegionKitCore
import RegionKitTesting
import Synchronization

@testable import BackendDynamo

/// Answers requests for credentials by a test's script, and keeps them.
final class ScriptedTransport: CredentialTransport {
    struct Failure: Error {}

    private let script: @Sendable (CredentialRequest) throws -> CredentialResponse
    private let received = Mutex<[CredentialRequest]>([])

    init(_ script: @escaping @Sendable (CredentialRequest) throws -> CredentialResponse = { _ in throw Failure() }) {
        self.script = script
    }

    /// Answers by the path, query left out; an unknown one is not found.
    convenience init(_ bodies: [String: (status: Int, body: String)]) {
        self.init { request in
            let path = String(request.target.prefix { $0 != "?" })
            let answer = bodies["\(request.method) \(path)"] ?? (404, "")
            return CredentialResponse(status: answer.status, body: Array(answer.body.utf8))
        }
    }

    var requests: [CredentialRequest] { self.received.withLock { $0 } }

    func send(_ request: CredentialRequest) async throws -> CredentialResponse {
        self.received.withLock { $0.append(request) }
        return try self.script(request)
    }
}

extension CredentialRequest {
    func header(_ name: String) -> String? { self.headers.first { $0.name == name }?.value }

    var form: String { String(decoding: self.body, as: UTF8.self) }
}

extension CredentialEnvironment {
    /// An environment without variables or files, on 2023-11-14.
    init(
        _ variables: [String: String] = [:],
        files: [String: String] = [:],
        regions: [String] = ["eu-west-1"],
        transport: ScriptedTransport = ScriptedTransport(),
        time: any TimeSource = ManualTime()
    ) {
        self.init(
            variables: variables.merging(["HOME": "/home/u"]) { given, _ in given },
            regions: regions,
            transport: transport,
            time: time,
            readFile: { path in files[path].map { Array($0.utf8) } }
        )
    }
}

extension CredentialProvider {
    /// The credentials, or the error as a value.
    func outcome() async -> Result<Credentials, CredentialError> {
        do throws(CredentialError) { return .success(try await self.credentials()) } catch { return .failure(error) }
    }
}

extension Result where Failure == CredentialError {
    var error: CredentialError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
