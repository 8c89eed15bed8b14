internal import Foundation

extension DeploymentConfiguration {
    /// Reads a configuration file and what the environment says against it.
    ///
    /// Relative paths in it start at its own folder, and manual control is kept beside it (``control``).
    ///
    /// - Parameters:
    ///   - path: The file, absolute or relative to the process's current folder.
    ///   - environment: Names and values; nil for the process's own.
    ///   - prefix: What the variables begin with; see ``applying(environment:prefix:policies:)``.
    ///   - policies: The policies that may be named.
    /// - Throws: ``ConfigurationError`` when the file cannot be read, or for the first field that cannot work.
    public static func load(
        _ path: String,
        environment: [String: String]? = nil,
        prefix: String = "REGIONKIT_",
        policies: PolicyRegistry = PolicyRegistry()
    ) throws(ConfigurationError) -> DeploymentConfiguration {
        let url = URL(filePath: path).standardizedFileURL
        let folder = url.deletingLastPathComponent().path
        var configuration: DeploymentConfiguration
        do throws(ConfigurationError) {
            let json = try ConfigurationFile.contents(of: url.path, limit: JSONParser.maximumSize)
            configuration = try Self(json: json, folder: folder, policies: policies)
        } catch {
            throw ConfigurationError(field: error.field, error.message, file: path)
        }
        configuration.file = path
        configuration.control = ControlFile(beside: url.path)
        return try configuration.applying(
            environment: environment ?? ProcessInfo.processInfo.environment,
            prefix: prefix,
            policies: policies
        )
    }
}
