/// How credentials are asked for over the network.
protocol CredentialTransport: Sendable {
    /// Sends one request and answers with whatever response came.
    ///
    /// No redirects are followed and nothing is sent twice. Throws when there was no response within
    /// ``CredentialRequest/timeout``, when its body is larger than ``CredentialRequest/limit``, and when an address
    /// of the host fails ``CredentialRequest/addressRule``.
    func send(_ request: CredentialRequest) async throws -> CredentialResponse
}
