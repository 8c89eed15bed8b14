/// Asks one provider after the other, until one has credentials or is configured wrongly.
struct CredentialChain: CredentialProvider {
    /// What became of one step: for people, and never with a secret.
    struct Step: Hashable, Sendable, CustomStringConvertible {
        var name: String
        var outcome: String

        var description: String { "\(self.name): \(self.outcome)" }
    }

    let name = "chain"
    var providers: [any CredentialProvider]

    init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// The usual order: configuration, environment, web identity, shared files, container, instance metadata.
    init(explicit: Credentials?, environment: CredentialEnvironment) {
        self.init([
            ExplicitCredentials(given: explicit),
            EnvironmentCredentials(environment: environment),
            WebIdentityCredentials(environment: environment),
            ProfileCredentials(environment: environment),
            ContainerCredentials(environment: environment),
            InstanceCredentials(environment: environment),
        ])
    }

    func credentials() async throws(CredentialError) -> Credentials {
        try await self.traced().result.get()
    }

    /// Credentials or an error, and what each step that was asked said.
    func traced() async -> (result: Result<Credentials, CredentialError>, steps: [Step]) {
        var steps: [Step] = []
        for provider in self.providers {
            do throws(CredentialError) {
                let credentials = try await provider.credentials()
                // Not the whole key: what stands in its place by mistake may be a secret.
                let key = "\(credentials.accessKeyID.prefix(4))…\(credentials.accessKeyID.suffix(4))"
                let token = credentials.sessionToken == nil ? "" : " with a session token"
                steps.append(Step(name: provider.name, outcome: "access key \(key)\(token)"))
                return (.success(credentials), steps)
            } catch {
                steps.append(Step(name: provider.name, outcome: error.message))
                guard error.code == .notConfigured else { return (.failure(error), steps) }
            }
        }
        let list = steps.map(\.description).joined(separator: " ")
        let message = "No step has any. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or one of these: \(list)"
        return (.failure(CredentialError(.notConfigured, step: self.name, message)), steps)
    }
}
