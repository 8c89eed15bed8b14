internal import Foundation
internal import RegionKitCore

/// The folder that a demo's databases are in.
struct DemoFolder: Sendable {
    private static let configuration = "regionkit.json"

    let path: String
    /// Whether the demo made the folder itself.
    private let isOwn: Bool
    private let files: [String]

    /// Takes the folder into use: a new one, an empty one, or that of an earlier demo, whose files are removed.
    init(_ wanted: String?, _ settings: DemoSettings) throws(Failure) {
        let manager = FileManager.default
        let databases = settings.regions.map { "\($0).sqlite" }
        self.files = databases.flatMap { [$0, "\($0)-wal", "\($0)-shm", "\($0)-faults.json"] } + [Self.configuration]
        self.path =
            wanted.map { URL(filePath: $0).standardizedFileURL.path }
            ?? manager.temporaryDirectory.appending(path: "regionctl-demo-\(UUID().uuidString)").path
        self.isOwn = !manager.fileExists(atPath: self.path)
        do {
            if self.isOwn {
                try manager.createDirectory(
                    atPath: self.path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
            let found = try manager.contentsOfDirectory(atPath: self.path)
            guard found.isEmpty || Self.isDemo(self.path, settings) && Set(found).isSubset(of: self.files) else {
                let example = found.sorted().first { !self.files.contains($0) } ?? Self.configuration
                throw Failure.usage(
                    "--dir: \(self.path) holds other files (\(example)) and was left as it is; name a new or empty folder."
                )
            }
            self.removeFiles()
            try Data("\(settings.document)\n".utf8).write(to: self.url(Self.configuration))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .usage("--dir: \(self.path) cannot be used: \(error.localizedDescription)")
        }
    }

    /// Removes what the demo made, and nothing else.
    func remove() {
        self.removeFiles()
        // Fails where others have put something, and leaves that alone.
        if self.isOwn { unsafe _ = rmdir(self.path) }
    }

    private func removeFiles() {
        for file in self.files { try? FileManager.default.removeItem(at: self.url(file)) }
    }

    private func url(_ file: String) -> URL { URL(filePath: self.path).appending(path: file) }

    private static func isDemo(_ path: String, _ settings: DemoSettings) -> Bool {
        let file = URL(filePath: path).appending(path: self.configuration)
        return (try? Data(contentsOf: file)) == Data("\(settings.document)\n".utf8)
    }
}
