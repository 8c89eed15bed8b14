import Foundation
import RegionKitCore

/// The public test vectors, where they lie beside the repository.
enum Vectors {
    static let absence = "The public test vectors (../shared/vectors) are not there."

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/vectors").standardizedFileURL

    static var exist: Bool { FileManager.default.fileExists(atPath: self.folder.path) }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: self.folder.appending(path: path), encoding: .utf8)
    }

    static func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: self.folder.appending(path: path))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// The folders within a folder, sorted; empty where the vectors are absent.
    static func names(in path: String) -> [String] {
        let folder = self.folder.appending(path: path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/.").path) }.sorted()
    }
}
