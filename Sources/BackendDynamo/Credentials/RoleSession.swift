internal import RegionKitCore

/// A role to be assumed with the security token service, and how.
struct RoleSession: Sendable {
    var roleARN: String
    /// What the session is called in the account's records.
    var sessionName: String?
    /// How long its credentials last, in seconds; nil for the role's own setting.
    var seconds: Int?
    var externalID: String?
    /// The region to ask first.
    var region: String?
    var step: String
    var environment: CredentialEnvironment

    /// Assumes it with the token of an identity provider.
    func credentials(webIdentity token: Secret) async throws(CredentialError) -> Credentials {
        try await self.ask([("Action", "AssumeRoleWithWebIdentity"), ("WebIdentityToken", token.reveal())], with: nil)
    }

    /// Assumes it with credentials that may.
    func credentials(source: Credentials) async throws(CredentialError) -> Credentials {
        let externalID = self.externalID.map { [("ExternalId", $0)] } ?? []
        return try await self.ask([("Action", "AssumeRole")] + externalID, with: source)
    }

    /// Asks the regions in turn, as long as they do not answer.
    private func ask(
        _ parameters: [(String, String)],
        with source: Credentials?
    ) async throws(CredentialError) -> Credentials {
        let first = self.region.map { [$0] } ?? []
        let regions = first + self.environment.allRegions.filter { !first.contains($0) }
        guard !regions.isEmpty else {
            throw CredentialError(
                .invalid,
                step: self.step,
                "No region is known to assume the role in; set AWS_REGION."
            )
        }
        let wall = self.environment.time.wallMilliseconds
        var form = parameters
        form.append(("Version", "2011-06-15"))
        form.append(("RoleArn", self.roleARN))
        form.append(("RoleSessionName", self.sessionName ?? "regionkit-\(wall)"))
        if let seconds = self.seconds { form.append(("DurationSeconds", "\(seconds)")) }
        let body = form.map { "\($0.0)=\(PercentEncoding.encode($0.1.utf8))" }.joined(separator: "&")
        var failure: CredentialError?
        for region in regions {
            do throws(CredentialError) {
                let request = try self.request(region, body: Array(body.utf8), source: source, at: wall / 1000)
                let response = try await self.environment.send(request, step: self.step)
                let secrets = parameters.map(\.1).filter { $0.utf8.count > 40 }
                return try self.credentials(in: response, secrets: secrets)
            } catch {
                guard error.code == .unreachable else { throw error }
                failure = error
            }
        }
        throw failure ?? CredentialError(.unreachable, step: self.step, "No region answers.")
    }

    private func request(
        _ region: String,
        body: [UInt8],
        source: Credentials?,
        at seconds: Int64
    ) throws(CredentialError) -> CredentialRequest {
        guard EndpointURL.isLabel(region) else {
            throw CredentialError(.invalid, step: self.step, "\(EndpointError.invalidRegion(region))")
        }
        var origin = EndpointURL(host: "sts.\(region).\(Partition.of(region).suffix)")
        if let override = self.environment["AWS_ENDPOINT_URL_STS"] {
            do {
                origin = try EndpointURL(override)
            } catch {
                throw CredentialError(.invalid, step: self.step, "AWS_ENDPOINT_URL_STS: \(error)")
            }
        }
        var headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")]
        if let source {
            let signable = SignableRequest(
                method: "POST",
                headers: headers + [("Host", origin.authority)],
                body: body
            )
            headers += RequestSigner(region: region, service: "sts").headers(
                signing: signable,
                with: source,
                at: seconds
            )
        }
        return CredentialRequest(method: "POST", origin: origin, target: "/", headers: headers, body: body)
    }

    private func credentials(
        in response: CredentialResponse,
        secrets: [String]
    ) throws(CredentialError) -> Credentials {
        let answer = XMLText(response.body)
        guard response.status == 200 else {
            let isFailure = response.status >= 500 || response.status == 429
            var message = (answer["Message"] ?? "").prefix(300).description
            for secret in secrets { message = message.replacing(secret, with: "<secret>") }
            throw CredentialError(
                isFailure ? .unreachable : .refused,
                step: self.step,
                "The role \(self.roleARN) was not given: status \(response.status) \(answer["Code"] ?? "") \(message)"
            )
        }
        guard let id = answer["AccessKeyId"], let secret = answer["SecretAccessKey"],
            let token = answer["SessionToken"], let expiration = answer["Expiration"].flatMap(CivilTime.init(rfc3339:))
        else {
            throw CredentialError(.invalid, step: self.step, "The answer for the role \(self.roleARN) is not complete.")
        }
        // arn:aws:sts::account:assumed-role/name/session
        let user = answer["Arn"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        return Credentials(
            accessKeyID: id,
            secretAccessKey: Secret(secret),
            sessionToken: Secret(token),
            expiration: expiration.seconds * 1000,
            accountID: user.count > 5 ? String(user[4]) : nil
        )
    }
}
