public import RegionKitCore

/// What a request is signed with.
///
/// Nothing that prints a value shows the secret key or the session token.
public struct Credentials: Hashable, Sendable {
    /// The public half of the key pair, `AKIA…` or `ASIA…`.
    public var accessKeyID: String
    /// The secret half of the key pair.
    public var secretAccessKey: Secret
    /// The token that temporary credentials carry; nil for long-lived ones.
    public var sessionToken: Secret?
    /// When they end, in milliseconds since 1970-01-01T00:00:00Z; nil when they don't.
    public var expiration: Int64?
    /// The account they belong to, twelve digits, where it is known.
    public var accountID: String?

    /// Creates credentials.
    public init(
        accessKeyID: String,
        secretAccessKey: Secret,
        sessionToken: Secret? = nil,
        expiration: Int64? = nil,
        accountID: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.accountID = accountID
    }
}
