/// A request as it came to a server.
struct ReceivedRequest: Hashable, Sendable {
    /// The request line and the header lines.
    var lines: [String]
    var body: String

    var path: String { self.lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    /// The values of a header, by its name in lower case.
    func values(_ name: String) -> [String] {
        self.lines.dropFirst().compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].lowercased() == name else { return nil }
            return parts[1].trimmingPrefix(" ").description
        }
    }
}
