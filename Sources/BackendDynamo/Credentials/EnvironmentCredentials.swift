internal import RegionKitCore

/// Credentials in environment variables.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html>
struct EnvironmentCredentials: CredentialProvider {
    let name = "environment"
    var environment: CredentialEnvironment

    func credentials() async throws(CredentialError) -> Credentials {
        switch (self.environment["AWS_ACCESS_KEY_ID"], self.environment["AWS_SECRET_ACCESS_KEY"]) {
        case (let id?, let secret?):
            return Credentials(
                accessKeyID: id,
                secretAccessKey: Secret(secret),
                sessionToken: self.environment["AWS_SESSION_TOKEN"].map(Secret.init),
                accountID: self.environment["AWS_ACCOUNT_ID"]
            )
        case (nil, nil):
            throw CredentialError(.notConfigured, step: self.name, "AWS_ACCESS_KEY_ID is not set.")
        case (nil, _?):
            throw CredentialError(
                .invalid,
                step: self.name,
                "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID; set both or none."
            )
        case (_?, nil):
            throw CredentialError(
                .invalid,
                step: self.name,
                "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY; set both or none."
            )
        }
    }
}
