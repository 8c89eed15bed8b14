internal import Foundation
internal import RegionKitCore

/// What the steps of the chain see of the world, so that a test can give them another one.
struct CredentialEnvironment: Sendable {
    /// The environment's variables; an empty one counts as not set.
    var variables: [String: String]
    /// The regions whose services may be asked, the preferred one first.
    var regions: [String] = []
    var transport: any CredentialTransport
    var time: any TimeSource = SystemTime()
    /// Reads a file of limited size; nil when there is none.
    var readFile: @Sendable (String) throws -> [UInt8]? = Self.read

    private static let largestFile = 1 << 20

    subscript(name: String) -> String? {
        self.variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The regions whose services may be asked; a region set in the environment comes first.
    var allRegions: [String] {
        let first = self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"]
        return [first].compactMap { $0 } + self.regions.filter { $0 != first }
    }

    /// A path in the user's home folder; nil when that is not known.
    func home(_ path: String) -> String? {
        self["HOME"].map { "\($0)/\(path)" }
    }

    /// The text of a file that must be there.
    func text(of path: String, step: String) throws(CredentialError) -> String {
        guard let text = try self.optionalText(of: path, step: step) else {
            throw CredentialError(.invalid, step: step, "There is no file \(path).")
        }
        return text
    }

    /// The text of a file; nil when there is none.
    func optionalText(of path: String, step: String) throws(CredentialError) -> String? {
        do {
            return try self.readFile(path).map { String(decoding: $0, as: UTF8.self) }
        } catch {
            throw CredentialError(
                .invalid,
                step: step,
                "The file \(path) cannot be read: it must be readable for this user and have at most 1 MiB."
            )
        }
    }

    /// Sends a request.
    func send(_ request: CredentialRequest, step: String) async throws(CredentialError) -> CredentialResponse {
        do {
            return try await self.transport.send(request)
        } catch {
            guard !Task.isCancelled, !(error is CancellationError) else {
                throw CredentialError(.cancelled, step: step, "The calling task was cancelled.")
            }
            let cause = String("\(error)".prefix(200))
            throw CredentialError(.unreachable, step: step, "\(request.origin) gave no answer (\(cause)).")
        }
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        let data = try file.read(upToCount: Self.largestFile + 1) ?? Data()
        guard data.count <= Self.largestFile else { throw CocoaError(.fileReadTooLarge) }
        return Array(data)
    }
}
