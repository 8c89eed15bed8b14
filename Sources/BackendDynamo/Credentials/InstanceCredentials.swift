internal import RegionKitCore

/// Credentials of the role of an EC2 instance, by version 2 of its metadata service alone.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>. Only the service's two
/// fixed addresses are asked; no setting names another.
struct InstanceCredentials: CredentialProvider {
    let name = "instance metadata"
    var environment: CredentialEnvironment

    private static let roles = "/latest/meta-data/iam/security-credentials/"

    func credentials() async throws(CredentialError) -> Credentials {
        guard self.environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else {
            throw CredentialError(.notConfigured, step: self.name, "AWS_EC2_METADATA_DISABLED is true.")
        }
        let token = try await self.token()
        let list = try await self.get(Self.roles, token: token)
        guard let role = String(decoding: list, as: UTF8.self).split(whereSeparator: \.isNewline).first else {
            throw CredentialError(.notConfigured, step: self.name, "The instance has no role; attach one.")
        }
        let path = Self.roles + PercentEncoding.encode(role.utf8)
        let document = try JSONDocument(try await self.get(path, token: token), step: self.name)
        if let code = document["Code"], code != "Success" {
            throw CredentialError(
                .refused,
                step: self.name,
                "The role's state is \(code.prefix(64)); check its trust in ec2.amazonaws.com."
            )
        }
        return try Credentials(document: document, step: self.name)
    }

    private func token() async throws(CredentialError) -> Secret {
        let response: CredentialResponse
        do throws(CredentialError) {
            response = try await self.send(
                "PUT",
                "/latest/api/token",
                header: ("X-aws-ec2-metadata-token-ttl-seconds", "300")
            )
        } catch {
            guard error.code == .unreachable else { throw error }
            throw CredentialError(
                .notConfigured,
                step: self.name,
                "\(error.message) This is no EC2 instance, or a container beyond its hop limit (raise it to 2)."
            )
        }
        let text = String(decoding: response.body, as: UTF8.self)
        guard response.status == 200, !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CredentialError(
                response.status >= 500 ? .unreachable : .notConfigured,
                step: self.name,
                "The metadata service gave no session token (status \(response.status)); turn its version 2 on."
            )
        }
        return Secret(text)
    }

    private func get(_ path: String, token: Secret) async throws(CredentialError) -> [UInt8] {
        let response = try await self.send("GET", path, header: ("X-aws-ec2-metadata-token", token.reveal()))
        switch response.status {
        case 200: return response.body
        case 404: throw CredentialError(.notConfigured, step: self.name, "The instance has no role; attach one.")
        default:
            throw CredentialError(
                .unreachable,
                step: self.name,
                "The metadata service answered with status \(response.status)."
            )
        }
    }

    private func send(
        _ method: String,
        _ path: String,
        header: (name: String, value: String)
    ) async throws(CredentialError) -> CredentialResponse {
        let isV6 = self.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let host = isV6 ? "fd00:ec2::254" : "169.254.169.254"
        let request = CredentialRequest(
            method: method,
            origin: EndpointURL(isSecure: false, host: host),
            target: path,
            headers: [header],
            timeout: .seconds(1),
            limit: 16 << 10,
            allowed: Set([IPAddress(host)].compactMap { $0 })
        )
        return try await self.environment.send(request, step: self.name)
    }
}
