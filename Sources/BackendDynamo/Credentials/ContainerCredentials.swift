internal import RegionKitCore

/// Credentials of a container on ECS or, by pod identity, on EKS.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>
struct ContainerCredentials: CredentialProvider {
    let name = "container"
    var environment: CredentialEnvironment

    /// The agents of ECS and EKS; beside loopback the only hosts that plain text is spoken to.
    private static let allowed: Set<IPAddress> = Set(
        ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"].compactMap(IPAddress.init)
    )

    func credentials() async throws(CredentialError) -> Credentials {
        var request = try self.request()
        if let token = try self.token() { request.headers.append(("Authorization", token.reveal())) }
        request.headers.append(("Accept", "application/json"))
        let response = try await self.environment.send(request, step: self.name)
        guard response.status == 200 else {
            throw CredentialError(
                response.status >= 500 || response.status == 429 ? .unreachable : .refused,
                step: self.name,
                "\(request.origin) answered with status \(response.status); check that the task or pod has a role."
            )
        }
        return try Credentials(document: JSONDocument(response.body, step: self.name), step: self.name)
    }

    private func request() throws(CredentialError) -> CredentialRequest {
        let (variable, text): (String, String)
        if let path = self.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            (variable, text) = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "http://169.254.170.2" + path)
        } else if let full = self.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            (variable, text) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", full)
        } else {
            throw CredentialError(
                .notConfigured,
                step: self.name,
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set."
            )
        }
        let afterScheme = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let path = text[afterScheme...].firstIndex { "/?".contains($0) } ?? text.endIndex
        let target = text[path...]
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CredentialError(.invalid, step: self.name, "\(variable) has spaces or line breaks.")
        }
        do {
            let origin = try EndpointURL(String(text[..<path]), exceptions: Self.allowed)
            return CredentialRequest(
                origin: origin,
                target: target.hasPrefix("/") ? String(target) : "/\(target)",
                allowed: Self.allowed
            )
        } catch {
            throw CredentialError(.invalid, step: self.name, "\(variable): \(error)")
        }
    }

    private func token() throws(CredentialError) -> Secret? {
        var token = self.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let file = self.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            token = try self.environment.text(of: file, step: self.name)
            while token?.last?.isNewline == true { token?.removeLast() }
        }
        guard token?.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) ?? true else {
            throw CredentialError(
                .invalid,
                step: self.name,
                "The authorization token has line breaks or characters other than ASCII."
            )
        }
        return token.map(Secret.init)
    }
}
