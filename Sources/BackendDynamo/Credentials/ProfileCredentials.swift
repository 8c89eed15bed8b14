internal import RegionKitCore

/// Credentials of a profile in the shared files.
///
/// `AWS_PROFILE` names the profile, `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` the files; a setting in the
/// second counts before one in the first: <https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html>.
/// The files are read anew each time.
struct ProfileCredentials: CredentialProvider {
    static let step = "shared files"
    private static let longestChain = 10

    let name = Self.step
    var environment: CredentialEnvironment

    func credentials() async throws(CredentialError) -> Credentials {
        let files = try self.files()
        let chosen = self.environment["AWS_PROFILE"]
        if chosen == nil, files.profiles["default"] == nil {
            throw CredentialError(.notConfigured, step: self.name, "There is no profile \"default\".")
        }
        return try await self.credentials(of: chosen ?? "default", in: files, asSourceOf: [])
    }

    private func files() throws(CredentialError) -> (
        profiles: [String: SharedSection], sessions: [String: SharedSection]
    ) {
        let configuration = try self.file("AWS_CONFIG_FILE", ".aws/config", .configuration)
        let credentials = try self.file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", .credentials)
        var profiles = configuration?.profiles ?? [:]
        for (name, section) in credentials?.profiles ?? [:] {
            profiles[name, default: SharedSection()].merge(section)
        }
        return (profiles, configuration?.sessions ?? [:])
    }

    private func file(
        _ variable: String,
        _ standard: String,
        _ kind: SharedFile.Kind
    ) throws(CredentialError) -> SharedFile? {
        guard var path = self.environment[variable] ?? self.environment.home(standard) else { return nil }
        if path.hasPrefix("~/"), let home = self.environment.home(String(path.dropFirst(2))) { path = home }
        guard let text = try self.environment.optionalText(of: path, step: self.name) else { return nil }
        return try SharedFile(text, kind: kind, path: path)
    }

    private func credentials(
        of profile: String,
        in files: (profiles: [String: SharedSection], sessions: [String: SharedSection]),
        asSourceOf users: [String]
    ) async throws(CredentialError) -> Credentials {
        func invalid(_ message: String) -> CredentialError {
            CredentialError(.invalid, step: self.name, "Profile \"\(profile)\" \(message)")
        }
        guard let section = files.profiles[profile] else {
            throw invalid("is in neither file; write [profile \(profile)] in config or [\(profile)] in credentials.")
        }
        let isSelf = users.last == profile
        guard isSelf || !users.contains(profile), users.count < Self.longestChain else {
            throw invalid("is reached in a circle or by more than \(Self.longestChain) steps of source_profile.")
        }
        let id = section["aws_access_key_id"]
        let secret = section["aws_secret_access_key"]
        let hasKeys = id != nil || secret != nil
        if let role = section["role_arn"], !isSelf, users.isEmpty || !hasKeys {
            return try await self.credentials(ofRole: role, profile, section, in: files, asSourceOf: users)
        }
        if hasKeys {
            guard let id, let secret else {
                throw invalid("needs both aws_access_key_id and aws_secret_access_key.")
            }
            return Credentials(
                accessKeyID: id,
                secretAccessKey: Secret(secret),
                sessionToken: section["aws_session_token"].map(Secret.init),
                accountID: section["aws_account_id"]
            )
        }
        if section["sso_session"] != nil || section["sso_start_url"] != nil {
            let session = section["sso_session"].map { files.sessions[$0] ?? SharedSection() }
            return try await SSOLogin(
                profile: profile,
                section: section,
                session: session,
                step: self.name,
                environment: self.environment
            ).credentials()
        }
        if let line = section["credential_process"] {
            let command = CredentialCommand(
                line: line,
                profile: profile,
                step: self.name,
                environment: self.environment
            )
            var credentials = try await command.credentials()
            if credentials.accountID == nil { credentials.accountID = section["aws_account_id"] }
            return credentials
        }
        let message = "has no keys, no role, no sso_session and no credential_process."
        guard users.isEmpty, self.environment["AWS_PROFILE"] == nil else { throw invalid(message) }
        throw CredentialError(.notConfigured, step: self.name, "Profile \"\(profile)\" \(message)")
    }

    private func credentials(
        ofRole role: String,
        _ profile: String,
        _ section: SharedSection,
        in files: (profiles: [String: SharedSection], sessions: [String: SharedSection]),
        asSourceOf users: [String]
    ) async throws(CredentialError) -> Credentials {
        func invalid(_ message: String) -> CredentialError {
            CredentialError(.invalid, step: self.name, "Profile \"\(profile)\" \(message)")
        }
        let seconds = section["duration_seconds"].map { Int($0) ?? 0 }
        guard seconds.map((900...43200).contains) ?? true else {
            throw invalid("needs a duration_seconds from 900 to 43200.")
        }
        let session = RoleSession(
            roleARN: role,
            sessionName: section["role_session_name"],
            seconds: seconds,
            externalID: section["external_id"],
            region: section["region"],
            step: self.name,
            environment: self.environment
        )
        if let file = section["web_identity_token_file"] {
            return try await WebIdentityCredentials.credentials(for: session, tokenFile: file)
        }
        guard section["mfa_serial"] == nil else {
            throw invalid("asks for a second factor (mfa_serial), which a service cannot give; use another role.")
        }
        let source: Credentials
        switch (section["source_profile"], section["credential_source"]) {
        case (let name?, nil):
            source = try await self.credentials(of: name, in: files, asSourceOf: users + [profile])
        case (nil, let name?):
            let providers: [String: any CredentialProvider] = [
                "Environment": EnvironmentCredentials(environment: self.environment),
                "Ec2InstanceMetadata": InstanceCredentials(environment: self.environment),
                "EcsContainer": ContainerCredentials(environment: self.environment),
            ]
            guard let provider = providers[name] else {
                throw invalid(
                    "has an unknown credential_source; use \(providers.keys.sorted().joined(separator: ", "))."
                )
            }
            do {
                source = try await provider.credentials()
            } catch  where error.code == .notConfigured {
                throw invalid("takes its credentials from \(name), which has none: \(error.message)")
            }
        default: throw invalid("has a role_arn and needs either source_profile or credential_source with it.")
        }
        return try await session.credentials(source: source)
    }
}
