/// Whether a host name with the account's id in it is used, which keeps one account's load apart from another's.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html>
public enum AccountIDMode: String, Hashable, Sendable {
    /// Where the account's id is known and the partition has such names.
    case preferred
    /// Always; without an id there is an error.
    case required
    /// Never.
    case disabled
}
