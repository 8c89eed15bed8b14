internal import Foundation
internal import RegionKitCore

/// A region as a URL names it:
/// `redis[s]://[user:password@]host[:port][/database][?namespace=N&authorities=FILE&insecure=true&mode=replicas]`.
///
/// Characters of user and password that mean something in a URL are percent-encoded.
struct RedisURL: Hashable, Sendable {
    var address: RedisAddress
    /// The name that the region's keys bear; nil for the table's.
    var namespace: String?
    /// Whether Redis itself replicates between the regions' servers.
    var isNative: Bool

    private static let options: Set<String> = ["namespace", "authorities", "insecure", "mode"]
    private static let form =
        "redis://[user:password@]host[:port][/database][?namespace=NAME&insecure=true&mode=replicas], "
        + "or rediss:// with &authorities=FILE"

    /// Reads a URL; the error, of the field `backend`, never shows it, since it may hold a password.
    ///
    /// - Parameter folder: The absolute folder where a relative path of `authorities` starts.
    init(_ text: String, folder: String) throws(ConfigurationError) {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.fragment == nil,
            parts.scheme == "redis" || parts.scheme == "rediss"
        else { throw Self.error("is not of the form \(Self.form)") }
        self.address = RedisAddress(host: host.trimmingCharacters(in: ["[", "]"]), port: parts.port ?? 6379)
        if let user = parts.user, !user.isEmpty { self.address.user = user }
        self.address.password = parts.password.map { Secret($0) }
        if !parts.path.isEmpty, parts.path != "/" {
            guard let database = Int(parts.path.dropFirst()), database >= 0 else {
                throw Self.error("after the host a database's number may follow, as in /0, and nothing else")
            }
            self.address.database = database
        }
        let items = parts.queryItems ?? []
        let values = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        guard values.count == items.count, Set(values.keys).isSubset(of: Self.options), !values.values.contains("")
        else {
            let names = Self.options.sorted().joined(separator: ", ")
            throw Self.error("after ? only \(names) may follow, each once and with a value")
        }
        self.namespace = values["namespace"]
        if parts.scheme == "rediss" {
            let base = URL(fileURLWithPath: folder, isDirectory: true)
            let path = values["authorities"].map { URL(fileURLWithPath: $0, relativeTo: base).path }
            self.address.tls = RedisAddress.TLS(authorities: path)
        }
        guard values["authorities"] == nil || parts.scheme == "rediss" else {
            throw Self.error("authorities are of TLS; write rediss:// instead of redis://")
        }
        guard ["replicas", "active-active", nil].contains(values["mode"]) else {
            throw Self.error("mode must be replicas, where Redis itself replicates, or active-active")
        }
        self.isNative = values["mode"] == "replicas"
        guard ["true", "false", nil].contains(values["insecure"]) else {
            throw Self.error("insecure must be true or false")
        }
        self.address.allowsInsecureConnections = values["insecure"] == "true"
    }

    /// The region in that place, checked as far as that is possible without its server.
    func region(
        _ region: Region,
        _ schema: TableSchema
    ) throws(ConfigurationError) -> (configuration: RedisStore.Configuration, address: RedisAddress) {
        let configuration = RedisStore.Configuration(region: region, schema: schema, namespace: self.namespace)
        do throws(ConfigurationError) {
            try configuration.validate()
            try RedisClient.Configuration(self.address).check()
        } catch {
            throw Self.error("\(error.field): \(error.message)")
        }
        return (configuration, self.address)
    }

    private static func error(_ message: String) -> ConfigurationError {
        ConfigurationError(field: "backend", message)
    }
}
