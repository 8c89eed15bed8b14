internal import Foundation

/// The file that a configuration is read from.
package enum ConfigurationFile {
    /// Reads a file's bytes, at most one more than the limit: enough to be refused.
    package static func contents(of path: String, limit: Int) throws(ConfigurationError) -> [UInt8] {
        guard let handle = FileHandle.regularFile(path) else {
            let message =
                errno == ENOENT
                ? "there is none" : "it cannot be read; it must be a regular file that this user may read"
            throw ConfigurationError(field: "the file", message)
        }
        do {
            return [UInt8](try handle.read(upToCount: limit + 1) ?? Data())
        } catch {
            throw ConfigurationError(field: "the file", "it cannot be read to its end")
        }
    }
}
