internal import Foundation
internal import RegionKitCore

/// What an import leaves beside its input, so that the same command goes on where it ended.
struct ImportJournal: Hashable, Codable, Sendable {
    /// How many bad lines are kept.
    static let keptBadLines = 10_000
    private static let currentFormat = 1

    /// A file that does not have as many items as its manifest promises.
    struct Difference: Hashable, Codable, Sendable {
        var file: String
        var promised: Int
        var found: Int
    }

    private var format = Self.currentFormat
    /// Of the input; see ``ImportInput/identity``.
    let input: String
    let table: String
    let regions: [String]
    /// Up to here everything is stored.
    var position = ImportPosition()
    var badLines: [BadLine] = []
    private(set) var differences: [Difference] = []
    /// Whether nothing is left to be done; a journal stays then for its bad lines.
    var isComplete = false

    init(_ input: ImportInput, _ table: TableSchema, _ regions: [Region]) {
        self.input = input.identity
        self.table = table.name
        self.regions = regions.map(\.name).sorted()
    }

    /// Notes a difference, once for each file: a file's end may be read again by a later run.
    mutating func note(_ file: String, promised: Int, found: Int) {
        self.differences.removeAll { $0.file == file }
        self.differences.append(Difference(file: file, promised: promised, found: found))
    }

    /// The journal of an earlier run of the same import; nil when there is none.
    ///
    /// - Parameter isIgnored: Whether an earlier run does not count; a file of something else is refused even so.
    /// - Throws: When it belongs to another import.
    func earlier(at path: String, isIgnored: Bool) throws(Failure) -> ImportJournal? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let journal = try? JSONDecoder().decode(ImportJournal.self, from: data),
            journal.format == Self.currentFormat
        else {
            throw .usage("\(path) cannot be read as the journal of an import. Delete it to import everything anew.")
        }
        guard !isIgnored else { return nil }
        let advice = "Delete it, or pass --restart, to import everything anew."
        guard journal.input == self.input else {
            throw .usage("the input is not the one that \(path) tells of: a name, size or time differs. \(advice)")
        }
        guard journal.table == self.table, journal.regions == self.regions else {
            throw .usage("\(path) tells of an import into another table or other regions. \(advice)")
        }
        return journal
    }

    /// Writes it in place of an older one; blocks its thread.
    func write(to path: String) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw Failure(.no, .validation, "The journal cannot be written as JSON.")
        }
        let file = try ReplacingFile(path)
        do throws(Failure) {
            try file.write([UInt8](data) + [UInt8(ascii: "\n")])
            try file.commit()
        } catch {
            file.discard()
            throw error
        }
    }
}
