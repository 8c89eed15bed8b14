/// A place where credentials come from.
///
/// Calls may run concurrently and repeat; keeping and refreshing credentials is the caller's part. An implementation
/// throws ``CredentialError/Code/notConfigured`` when it has nothing to work with, so that a chain asks the next one,
/// and another code when it has but fails. It stops early when the calling task is cancelled, and keeps secrets out of
/// its errors.
public protocol CredentialProvider: Sendable {
    /// What errors and traces call it, such as `environment`.
    var name: String { get }

    /// Fetches credentials anew.
    func credentials() async throws(CredentialError) -> Credentials
}
