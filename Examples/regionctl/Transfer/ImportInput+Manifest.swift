internal import Foundation
internal import RegionKitCore

/// Folders as DynamoDB writes them: a manifest that names the data files and tells how many items each has.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html>
extension ImportInput {
    /// The data files that a folder's manifest names; nil when there is no manifest.
    static func manifestFiles(in folder: String) throws(Failure) -> [File]? {
        let name = "\(folder)/manifest-files.json"
        guard FileManager.default.fileExists(atPath: name) else { return nil }
        try self.checkSummary("\(folder)/manifest-summary.json")
        var files: [File] = []
        for (number, line) in try self.contents(of: name).split(separator: UInt8(ascii: "\n")).enumerated() {
            let entry = try self.document(Array(line), "\(name), line \(number + 1)")
            guard case .string(let key)? = entry["dataFileS3Key"], case .integer(let items)? = entry["itemCount"] else {
                throw .usage("\(name), line \(number + 1): dataFileS3Key or itemCount is missing.")
            }
            guard let path = self.place(of: key, from: folder) else {
                throw .usage("the data file \(key.debugDescription) of \(name) is missing; nothing was imported.")
            }
            var file = try self.file(key.split(separator: "/").last.map(String.init) ?? key, at: path)
            file.items = items
            files.append(file)
        }
        guard !files.isEmpty else { throw .usage("\(name) names no data files.") }
        return files
    }

    /// Exports of other kinds have manifests too.
    private static func checkSummary(_ name: String) throws(Failure) {
        guard FileManager.default.fileExists(atPath: name) else { return }
        let summary = try self.document(try self.contents(of: name), name)
        if case .string("INCREMENTAL_EXPORT")? = summary["exportType"] { throw .incremental(name) }
        guard case .string(let format)? = summary["outputFormat"], format != "DYNAMODB_JSON" else { return }
        throw .usage(
            "\(name) tells of an export in format \(format.prefix(40).debugDescription); only DYNAMODB_JSON can be imported."
        )
    }

    /// Where a data file is: in `data` or in the folder itself, or where its key leads from a folder above.
    private static func place(of key: String, from folder: String) -> String? {
        let parts = key.split(separator: "/").map(String.init)
        guard let last = parts.last, !parts.contains(".."), !key.utf8.contains(where: { $0 < 0x20 }) else { return nil }
        var candidates = ["\(folder)/data/\(last)", "\(folder)/\(last)"]
        var above = URL(filePath: folder).standardizedFileURL
        for _ in 0..<min(64, above.pathComponents.count) {
            candidates.append("\(above.path)/\(parts.joined(separator: "/"))")
            above.deleteLastPathComponent()
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static func contents(of name: String) throws(Failure) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: name) else { throw .usage("\(name) cannot be read.") }
        return [UInt8](data)
    }

    private static func document(_ bytes: [UInt8], _ name: String) throws(Failure) -> [String: JSON] {
        do throws(JSONParser.Problem) {
            if case .object(let members) = try JSONParser.parse(bytes) {
                return members.reduce(into: [:]) { $0[$1.name] = $1.value }
            }
        } catch {
            throw .usage("\(name) is no manifest of an export: \(error.message).")
        }
        throw .usage("\(name) is no manifest of an export: an object is expected.")
    }
}

extension Failure {
    /// A part of an incremental export.
    static func incremental(_ place: String) -> Failure {
        .usage(
            """
            \(place) belongs to an incremental export, whose lines are changes (Keys, NewImage, OldImage) and not \
            items; only full exports can be imported.
            """
        )
    }
}
