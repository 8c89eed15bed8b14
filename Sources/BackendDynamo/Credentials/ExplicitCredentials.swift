/// Credentials that the configuration gives.
struct ExplicitCredentials: CredentialProvider {
    let name = "configuration"
    /// Nil when it gives none.
    var given: Credentials?

    func credentials() async throws(CredentialError) -> Credentials {
        guard let given = self.given else {
            throw CredentialError(.notConfigured, step: self.name, "None are given.")
        }
        return given
    }
}
