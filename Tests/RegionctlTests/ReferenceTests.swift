import BackendDynamo
import Foundation
import RegionKitCore
import Testing

@testable import regionctl

/// The tool's documentation says what the tool and the library do.
@Suite struct ReferenceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private let text: String

    init() throws {
        self.text = try Self.contents("Examples/regionctl/README.md")
    }

    private static func contents(_ path: String) throws -> String {
        try String(contentsOf: self.root.appending(path: path), encoding: .utf8)
    }

    /// The first column of the table under a header.
    private func column(under header: String) -> [String] {
        self.text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0 != header }.dropFirst(2)
            .prefix { $0.hasPrefix("|") }
            .map { String($0.dropFirst(2).prefix { $0 != " " && $0 != "|" }).replacing("`", with: "") }
    }

    @Test func `the codes of errors are the library's`() throws {
        let source = try Self.contents("Sources/RegionKitCore/Backend/ErrorCode.swift")
        let codes = source.matches(of: /= ErrorCode\("([A-Za-z]+)"\)/).map { String($0.1) }
        #expect(codes.count > 10)
        #expect(self.column(under: "| code | when |") == codes)
    }

    @Test func `the configuration's fields are the library's`() {
        let fields = self.column(under: "| field | is | default |")
        for setting in Setting.all { #expect(fields.contains(setting.path)) }
    }

    @Test func `the kinds of faults are those of scenarios`() throws {
        let source = try Self.contents("Tests/RegionKitTesting/Simulation/ScenarioFault+Name.swift")
        let kinds = source.matches(of: /: "([a-z-]+)"/).map { String($0.1) }
        #expect(kinds.count > 10)
        #expect(self.column(under: "| kind | what happens | value |") == kinds)
    }

    @Test func `the figures of simulations are the tool's`() {
        #expect(self.column(under: "| figure | is |") == SimulationMeasure.all.map(\.name))
    }

    @Test func `the checks are the library's and the tool's`() {
        let own = ["file", "integrity", "schema", "server", "durability", "writes", "replication", "role", "promotion"]
        #expect(self.column(under: "| check | passes when |") == TableCheck.Subject.allCases.map(\.rawValue) + own)
    }

    @Test func `the exit codes are the tool's`() {
        #expect(self.column(under: "| code | means |") == ExitCode.allCases.map { "\($0.rawValue)" })
    }

    @Test func `the classes of attempts are the library's`() throws {
        let line = try #require(self.text.split(separator: "\n").first { $0.hasPrefix("The `class` of an attempt") })
        let named = line.matches(of: /`([a-zA-Z]+)`/).map { String($0.1) }
        #expect(named == ["class", "ok"] + FailureClass.allCases.map(\.rawValue))
    }
}
