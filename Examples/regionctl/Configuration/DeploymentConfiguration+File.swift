internal import Foundation
internal import RegionKitCore

extension DeploymentConfiguration {
    /// The configuration of a command: `--config`, else the environment's, else `./regionkit.json`.
    static func load(_ invocation: Invocation) throws(Failure) -> DeploymentConfiguration {
        let named = invocation.arguments.value(.config) ?? invocation.environment["REGIONKIT_CONFIG"]
        let file = URL(filePath: named ?? "regionkit.json").standardizedFileURL
        let name = named ?? "./regionkit.json"
        guard FileManager.default.fileExists(atPath: file.path) else { throw .usage(Self.advice(missing: name)) }
        do {
            let document = try JSONParser.parse([UInt8](try Data(contentsOf: file)))
            let configuration = try Self(document, folder: file.deletingLastPathComponent().path)
            return try configuration.applying(invocation.environment)
        } catch let error as ConfigurationError {
            throw .usage(error.field.hasPrefix("REGIONKIT_") ? "\(error)" : "\(name): \(error)")
        } catch let problem as JSONParser.Problem {
            throw .usage("\(name), \(problem).")
        } catch {
            throw .usage("\(name) cannot be read.")
        }
    }

    private static func advice(missing name: String) -> String {
        """
        there is no configuration \(name).
        Name another one with --config FILE or REGIONKIT_CONFIG, let `regionctl demo --keep --dir D` make
        D/regionkit.json, or write one:
          {"table": {"name": "worksets", "partitionKey": "workset_id"},
           "regions": [{"name": "us-west-2", "backend": "sqlite:us-west-2.sqlite"},
                       {"name": "us-east-1", "backend": "sqlite:us-east-1.sqlite"}]}
        """
    }
}
