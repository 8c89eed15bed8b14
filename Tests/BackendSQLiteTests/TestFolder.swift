import BackendSQLite
import Foundation
import RegionKitCore
import RegionKitTesting

/// A folder of a test's own, removed with it, and what a test needs to open regions in it.
final class TestFolder: Sendable {
    let path: String

    static let schema = TableSchema(
        name: "worksets",
        partitionKey: "id",
        sortKey: "part",
        indexes: [.init("by-state", partitionKey: "state", sortKey: .init("priority", .number))]
    )

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        self.path = base + "/regionkit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    func file(_ name: String = "us-west-2.sqlite") -> String { "\(self.path)/\(name)" }

    /// Opens a region; it takes writes unless told otherwise.
    func open(
        _ region: Region = "us-west-2",
        schema: TableSchema = TestFolder.schema,
        isReady: Bool = true,
        _ change: (inout SQLiteStore.Configuration) -> Void = { _ in }
    ) async throws -> SQLiteStore {
        var configuration = SQLiteStore.Configuration(
            path: self.file("\(region).sqlite"),
            region: region,
            schema: schema
        )
        change(&configuration)
        let store = try SQLiteStore.open(configuration)
        if isReady {
            let status = try await store.status(in: .test())
            try await store.markReady(status.head.incarnation, in: .test())
        }
        return store
    }
}
