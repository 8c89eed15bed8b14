import Foundation

extension Tool {
    /// A tool in a folder with a configuration of two regions.
    ///
    /// - Parameters:
    ///   - table: The table's members beside its name.
    ///   - more: Members of the configuration beside table and regions.
    static func deployed(
        table: String = "\"partitionKey\": \"id\"",
        more: String = ""
    ) throws -> Tool {
        let tool = try Tool()
        try tool.configure(table: table, regions: ["us-west-2", "us-east-1"], more: more)
        return tool
    }

    /// Writes `regionkit.json`.
    func configure(table: String = "\"partitionKey\": \"id\"", regions: [String], more: String = "") throws {
        let list = regions.map { "{\"name\": \"\($0)\", \"backend\": \"sqlite:data/\($0).sqlite\"}" }
        try self.write(
            """
            {"table": {"name": "notes", \(table)}, "regions": [\(list.joined(separator: ", "))]\(more)}
            """,
            to: "regionkit.json"
        )
    }

    /// Runs the tool with words that are separated by spaces.
    @discardableResult
    func run(line: String, input: String? = nil) async throws -> Outcome {
        try await self.run(line.split(separator: " ").map(String.init), input: input)
    }
}

extension Tool.Outcome {
    /// The code of the error that the document tells.
    var errorCode: String? { (self.document?["error"] as? [String: Any])?["code"] as? String }
    /// The message of the error that the document tells.
    var errorMessage: String? { (self.document?["error"] as? [String: Any])?["message"] as? String }
    /// The names in a list of the document.
    func names(_ member: String) -> [String]? { self.document?[member] as? [String] }
}
