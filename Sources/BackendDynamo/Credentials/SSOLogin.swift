internal import RegionKitCore

/// Credentials of a profile whose user has logged in with `aws sso login`.
///
/// The log-in is read from the cache in `~/.aws/sso/cache`; it is not renewed here:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html>.
struct SSOLogin {
    var profile: String
    var section: SharedSection
    /// The section that `sso_session` names; nil for the older way without one.
    var session: SharedSection?
    var step: String
    var environment: CredentialEnvironment

    func credentials() async throws(CredentialError) -> Credentials {
        let account = try self.setting("sso_account_id")
        let role = try self.setting("sso_role_name")
        let region = try self.setting("sso_region")
        guard EndpointURL.isLabel(region) else {
            throw CredentialError(.invalid, step: self.step, "\(EndpointError.invalidRegion(region))")
        }
        let query = "role_name=\(PercentEncoding.encode(role.utf8))&account_id=\(PercentEncoding.encode(account.utf8))"
        let request = CredentialRequest(
            origin: EndpointURL(host: "portal.sso.\(region).\(Partition.of(region).suffix)"),
            target: "/federation/credentials?\(query)",
            headers: [("x-amz-sso_bearer_token", try self.token().reveal())]
        )
        let response = try await self.environment.send(request, step: self.step)
        guard response.status == 200 else {
            throw CredentialError(
                response.status >= 500 || response.status == 429 ? .unreachable : .refused,
                step: self.step,
                "Role \(role) of account \(account) was not given (status \(response.status)); \(self.fix)"
            )
        }
        let answer = try JSONDocument(response.body, step: self.step)
        guard let keys = answer.object("roleCredentials") else {
            throw CredentialError(.invalid, step: self.step, "The answer has no roleCredentials.")
        }
        return Credentials(
            accessKeyID: try keys.text("accessKeyId", step: self.step),
            secretAccessKey: Secret(try keys.text("secretAccessKey", step: self.step)),
            sessionToken: Secret(try keys.text("sessionToken", step: self.step)),
            expiration: keys.integer("expiration").map { Int64($0) },
            accountID: account
        )
    }

    private var fix: String { "log in with: aws sso login --profile \(self.profile)" }

    private func setting(_ name: String) throws(CredentialError) -> String {
        guard let value = self.session?[name] ?? self.section[name] else {
            throw CredentialError(.invalid, step: self.step, "Profile \"\(self.profile)\" needs \(name).")
        }
        return value
    }

    private func token() throws(CredentialError) -> Secret {
        // The file's name is the digest of the session's name or, the older way, of the start address.
        let key = if let session = self.section["sso_session"] { session } else { try self.setting("sso_start_url") }
        let name = SHA1.hash(Array(key.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard let path = self.environment.home(".aws/sso/cache/\(name).json"),
            let text = try self.environment.optionalText(of: path, step: self.step)
        else {
            throw CredentialError(.expired, step: self.step, "Nobody has logged in; \(self.fix)")
        }
        let cache = try JSONDocument(Array(text.utf8), step: self.step)
        guard let expiration = try cache.milliseconds("expiresAt", step: self.step),
            expiration > self.environment.time.wallMilliseconds
        else {
            throw CredentialError(.expired, step: self.step, "The log-in has expired; \(self.fix)")
        }
        let token = try cache.text("accessToken", step: self.step)
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CredentialError(.invalid, step: self.step, "The log-in's token is not valid; \(self.fix)")
        }
        return Secret(token)
    }
}
