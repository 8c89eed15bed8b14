internal import Foundation

/// Where manual control of a deployment is kept, so that every process that uses it obeys: a small file beside the
/// configuration.
///
/// `regionctl prefer`, `evacuate` and `restore` write it; a store that was made with it looks at it every 200 ms
/// while it runs.
public struct ControlFile: Hashable, Sendable {
    /// The absolute path.
    public let path: String

    private static let maximumSize = 64 * 1024

    /// Names a file.
    public init(path: String) {
        self.path = path
    }

    /// The file that belongs to a configuration file: `regionkit-control.json` beside `regionkit.json`.
    public init(beside configuration: String) {
        let base = configuration.hasSuffix(".json") ? String(configuration.dropLast(5)) : configuration
        self.init(path: base + "-control.json")
    }

    /// What is decided; nothing when there is no file.
    ///
    /// - Throws: ``ConfigurationError`` when the file is none of ours, or cannot be read.
    public func load() throws(ConfigurationError) -> ManualControl {
        try self.control(self.contents())
    }

    /// Changes what is decided; of several processes that do so at once, none undoes the change of another.
    ///
    /// - Returns: What is decided now.
    /// - Throws: ``ConfigurationError`` when the file is none of ours, or cannot be written.
    @discardableResult
    public func change(_ body: (inout ManualControl) -> Void) throws(ConfigurationError) -> ManualControl {
        let url = URL(filePath: self.path)
        // The folder is locked and not the file, which is replaced.
        let folder = unsafe open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw self.error("its folder cannot be opened") }
        defer { close(folder) }
        guard flock(folder, LOCK_EX) == 0 else { throw self.error("its folder cannot be locked") }
        var control = try self.load()
        body(&control)
        do {
            if control != ManualControl() {
                try Data("\(Self.document(control))\n".utf8).write(to: url, options: .atomic)
            } else if FileManager.default.fileExists(atPath: self.path) {
                try FileManager.default.removeItem(at: url)
            }
        } catch {
            throw self.error("it cannot be written; this user must be allowed to write in its folder")
        }
        return control
    }

    /// The file's bytes; none when there is no file.
    func contents() throws(ConfigurationError) -> [UInt8] {
        guard let handle = FileHandle.regularFile(self.path, flags: O_NOFOLLOW) else {
            if errno == ENOENT { return [] }
            throw self.error("it cannot be opened; it must be a regular file that this user may read")
        }
        guard let data = try? handle.read(upToCount: Self.maximumSize + 1), data.count <= Self.maximumSize else {
            throw self.error("it cannot be read to its end, or is larger than 64 KB")
        }
        return [UInt8](data)
    }

    /// What the bytes say.
    func control(_ bytes: [UInt8]) throws(ConfigurationError) -> ManualControl {
        guard !bytes.isEmpty else { return ManualControl() }
        do throws(ConfigurationError) {
            var control = ManualControl()
            let fields = try ConfigurationField(document: bytes).members(["evacuated", "preferred"])
            for field in try fields["evacuated"]?.elements ?? [] { control.evacuated.insert(Region(try field.text)) }
            if let preferred = fields["preferred"] {
                let fields = try preferred.members(["region", "untilMs"])
                control.preferred = ManualControl.Preference(
                    Region(try fields.required("region", in: preferred, "a region's name").text),
                    endMilliseconds: try fields["untilMs"].map { field throws(ConfigurationError) in
                        Int64(try field.integer)
                    }
                )
            }
            return control
        } catch {
            throw ConfigurationError(
                field: error.field,
                error.message + "; correct it, or remove the file to end all manual control",
                file: self.path
            )
        }
    }

    private static func document(_ control: ManualControl) -> JSON {
        [
            "evacuated": .array(control.evacuated.map(\.name).sorted().map(JSON.string)),
            "preferred": JSON(control.preferred) { preferred in
                [
                    "region": .string(preferred.region.name),
                    "untilMs": JSON(preferred.endMilliseconds) { .integer(Int($0)) },
                ]
            },
        ]
    }

    private func error(_ message: String) -> ConfigurationError {
        ConfigurationError(field: "manual control", message, file: self.path)
    }
}
