import BackendSQLite
import Foundation
import RegionKitCore

@testable import regionctl

/// A table in SQLite regions, and files beside it.
final class TransferFixture: Sendable {
    static let schema = TableSchema(name: "table", partitionKey: "id", timeToLiveAttribute: "until")

    let folder: URL
    let regions: SQLiteRegions
    let store: MultiRegionStore
    let console = Console(isJSON: true, environment: ["TERM": "dumb"])

    /// - Parameter wrap: Stands something before the regions.
    init(
        _ names: [Region] = ["us-west-2"],
        schema: TableSchema = TransferFixture.schema,
        wrap: (any RegionBackend) -> any RegionBackend = { $0 }
    ) async throws {
        self.folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "regionctl-transfer-\(UUID().uuidString)")
        let data = self.folder.appending(path: "data").path
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        self.regions = try await SQLiteRegions.open(in: data, schema: schema, regions: names)
        let endpoints = self.regions.endpoints.map { RegionEndpoint($0.region, wrap($0.backend)) }
        self.store = try MultiRegionStore(schema: schema, regions: endpoints)
    }

    deinit {
        try? FileManager.default.removeItem(at: self.folder)
    }

    func path(_ name: String) -> String { self.folder.appending(path: name).path }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = self.folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: self.folder.appending(path: name)), as: UTF8.self)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self.path(name)) }

    /// Compresses a file, which stays.
    func compress(_ name: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-k", self.path(name)]
        try process.run()
        process.waitUntilExit()
    }

    /// A line of a file.
    static func line(_ id: String, _ number: Int = 0) -> String {
        #"{"Item":{"id":{"S":"\#(id)"},"n":{"N":"\#(number)"}}}"# + "\n"
    }

    func importer(_ name: String, _ change: (inout Importer.Options) -> Void = { _ in }) throws -> Importer {
        var options = Importer.Options(environment: ProcessInfo.processInfo.environment)
        change(&options)
        return try Importer(ImportInput(self.path(name)), into: self.store, options, self.console)
    }

    @discardableResult
    func run(
        _ name: String,
        _ change: (inout Importer.Options) -> Void = { _ in }
    ) async throws -> ImportReport {
        var importer = try self.importer(name, change)
        return try await importer.run()
    }

    @discardableResult
    func export(
        to name: String,
        region: Region? = nil,
        replaces: Bool = false,
        isSorted: Bool = false,
        asFiles: Bool = true,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> ExportReport {
        let output = try ExportOutput(self.path(name), replaces: replaces, environment: environment)
        let files = asFiles ? self.regions.stores : []
        var exporter = Exporter(self.store, files: files, to: name, output, self.console)
        return try await exporter.run(region, isSorted: isSorted)
    }

    /// How many items there are.
    func count() async throws -> Int {
        var (count, scan) = (0, Scan())
        repeat {
            let page = try await self.store.scan(scan).value
            count += page.items.count
            scan.next = page.next
        } while scan.next != nil
        return count
    }
}

extension ImportReport {
    /// A member of the report's document.
    subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self.json else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension JSON: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) {
        self = .integer(value)
    }
}
