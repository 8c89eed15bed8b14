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
            configuration = try Self(json: try Self.contents(of: url), folder: folder, policies: policies)
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

    private static func contents(of url: URL) throws(ConfigurationError) -> [UInt8] {
        guard let handle = FileHandle.regularFile(url.path) else {
            let message =
                errno == ENOENT
                ? "there is none" : "it cannot be read; it must be a regular file that this user may read"
            throw ConfigurationError(field: "the file", message)
        }
        do {
            // One byte more than is allowed is enough to be refused.
            return [UInt8](try handle.read(upToCount: JSONParser.maximumSize + 1) ?? Data())
        } catch {
            throw ConfigurationError(field: "the file", "it cannot be read to its end")
        }
    }
}
