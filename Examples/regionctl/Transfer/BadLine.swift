internal import RegionKitCore

/// A line that could not be imported.
struct BadLine: Hashable, Codable, Sendable {
    /// The file of a folder; nil where there is but one.
    var file: String?
    var line: Int
    /// How many bytes of the file, uncompressed, are before the line.
    var offset: Int
    var reason: String

    /// Where it is, for people.
    var place: String {
        (self.file.map { "\($0), " } ?? "") + "line \(self.line.grouped) (after byte \(self.offset.grouped))"
    }

    var json: JSON {
        let file = self.file.map { [JSON.Member(name: "file", value: .string($0))] } ?? []
        return .object(
            file + [
                JSON.Member(name: "line", value: .integer(self.line)),
                JSON.Member(name: "offset", value: .integer(self.offset)),
                JSON.Member(name: "reason", value: .string(self.reason)),
            ]
        )
    }
}
