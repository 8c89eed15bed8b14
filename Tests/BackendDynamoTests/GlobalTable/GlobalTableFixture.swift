import RegionKitCore
import RegionKitTesting
import Synchronization

@testable import BackendDynamo

/// A table in three scripted regions, and a clock that flows while something waits.
struct GlobalTableFixture {
    static let regions: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    static let schema = TableSchema(
        name: "orders",
        partitionKey: "id",
        sortKey: TableSchema.KeyAttribute("at", .number),
        indexes: [TableSchema.Index("by-state", partitionKey: "state", sortKey: "id")],
        timeToLiveAttribute: "expires"
    )

    let plane = ScriptedControlPlane()
    let time = ManualTime()
    var schema = Self.schema

    /// What an operator's process has: every run makes a new one.
    func table(timeLimit: Duration = .seconds(3600), regions: [Region] = Self.regions) throws -> GlobalTable {
        let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: Secret("canary-secret-9d01"))
        let cache = CredentialCache(ExplicitCredentials(given: credentials), time: self.time)
        let planes = try regions.map { region in
            ControlPlane(
                region,
                try DynamoRegion.Configuration().service(for: region, cache, self.plane, self.time),
                time: self.time
            )
        }
        return GlobalTable(self.schema, planes, timeLimit: timeLimit, time: self.time)
    }

    /// Sets up while the clock flows.
    @discardableResult
    func setUp(
        timeLimit: Duration = .seconds(3600),
        regions: [Region] = Self.regions,
        progress: @escaping @Sendable (GlobalTable.Progress) -> Void = { _ in }
    ) async throws -> [GlobalTable.Change] {
        let table = try self.table(timeLimit: timeLimit, regions: regions)
        return try await self.time.flowing { try await table.setUp(progress: progress) }
    }

    /// The error that a set-up ends with.
    func failure(timeLimit: Duration = .seconds(3600)) async throws -> RegionError? {
        let table = try self.table(timeLimit: timeLimit)
        return try await self.time.flowing {
            do throws(RegionError) {
                try await table.setUp()
                return nil
            } catch {
                return error
            }
        }
    }

    /// A table that was set up, with nothing called yet.
    static func ready(_ schema: TableSchema = Self.schema) async throws -> GlobalTableFixture {
        let fixture = GlobalTableFixture(schema: schema)
        try await fixture.setUp()
        fixture.plane.with { $0.calls = [] }
        return fixture
    }

    func change(_ region: Region, _ body: (inout ScriptedControlPlane.Table) -> Void) {
        self.plane.with { world in
            guard var table = world.tables[region] else { return }
            body(&table)
            world.tables[region] = table
        }
    }
}

/// What happened, collected from any task.
final class Notes<Element: Sendable>: Sendable {
    private let notes = Mutex<[Element]>([])

    var all: [Element] { self.notes.withLock(\.self) }

    func append(_ note: Element) {
        self.notes.withLock { $0.append(note) }
    }
}
