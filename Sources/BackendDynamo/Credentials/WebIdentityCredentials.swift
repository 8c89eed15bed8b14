internal import RegionKitCore

/// Credentials of a role that a token in a file may assume, as on EKS.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>
struct WebIdentityCredentials: CredentialProvider {
    let name = "web identity"
    var environment: CredentialEnvironment

    func credentials() async throws(CredentialError) -> Credentials {
        guard let file = self.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else {
            throw CredentialError(.notConfigured, step: self.name, "AWS_WEB_IDENTITY_TOKEN_FILE is not set.")
        }
        guard let role = self.environment["AWS_ROLE_ARN"] else {
            throw CredentialError(
                .invalid,
                step: self.name,
                "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN; set both or none."
            )
        }
        let session = RoleSession(
            roleARN: role,
            sessionName: self.environment["AWS_ROLE_SESSION_NAME"],
            step: self.name,
            environment: self.environment
        )
        return try await Self.credentials(for: session, tokenFile: file)
    }

    /// Assumes a role with the token in a file, which is read anew because it changes.
    static func credentials(
        for session: RoleSession,
        tokenFile: String
    ) async throws(CredentialError) -> Credentials {
        let text = try session.environment.text(of: tokenFile, step: session.step)
        let token = text.split(whereSeparator: \.isWhitespace)
        guard token.count == 1 else {
            throw CredentialError(.invalid, step: session.step, "The file \(tokenFile) holds no token.")
        }
        return try await session.credentials(webIdentity: Secret(String(token[0])))
    }
}
