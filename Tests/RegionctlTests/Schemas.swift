import Foundation

/// Checks documents against the schemas in the folder of that name, with Debian's `python3-jsonschema`.
struct Schemas {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas")

    private static let program = """
        import json, pathlib, sys, warnings
        warnings.simplefilter("ignore")
        import jsonschema
        folder = pathlib.Path(sys.argv[1])
        for name, text in json.load(sys.stdin):
            schema = json.loads((folder / f"{name}.json").read_text())
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            resolver = jsonschema.RefResolver(folder.resolve().as_uri() + "/", schema)
            try:
                problems = list(kind(schema, resolver=resolver).iter_errors(json.loads(text)))
            except ValueError:
                print(f"{name}: no JSON: {text[:80]}")
                continue
            for problem in problems:
                place = "/".join(map(str, problem.absolute_path))
                print(f"{name}: {place}: {problem.message[:200]}")
        """

    /// What is wrong with documents, each given with the name of its schema; nothing where all are right.
    static func problems(of documents: [(schema: String, text: String)], _ tool: Tool) async throws -> [String] {
        let pairs = try JSONEncoder().encode(documents.map { [$0.schema, $0.text] })
        let outcome = try await tool.run(
            ["-c", self.program, self.folder.path],
            of: "/usr/bin/python3",
            input: String(decoding: pairs, as: UTF8.self)
        )
        // Without the package: Scripts/test installs it.
        return outcome.output.split(separator: "\n").map(String.init) + (outcome.code == 0 ? [] : [outcome.errors])
    }
}
