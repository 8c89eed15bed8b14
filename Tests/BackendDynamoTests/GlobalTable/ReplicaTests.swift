import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct ReplicaTests {
    private typealias Fixture = GlobalTableFixture

    private func run(
        _ fixture: GlobalTableFixture,
        _ body: @escaping @Sendable (GlobalTable) async throws(RegionError) -> [GlobalTable.Change]
    ) async throws -> Result<[GlobalTable.Change], RegionError> {
        let table = try fixture.table()
        return try await fixture.time.flowing {
            do throws(RegionError) { return .success(try await body(table)) } catch { return .failure(error) }
        }
    }

    @Test func `a replica is removed when it is named, and added again`() async throws {
        let fixture = try await Fixture.ready()
        let removed = try await self.run(fixture) { table throws(RegionError) in
            try await table.removeReplica("us-east-1")
        }
        #expect(try removed.get() == [.removeReplica("us-east-1")])
        #expect(fixture.plane.table("us-east-1") == nil)
        #expect(fixture.plane.table("us-west-2")?.replicas.keys.map(\.self) == ["eu-west-1"])
        let again = try await self.run(fixture) { table throws(RegionError) in
            try await table.removeReplica("us-east-1")
        }
        #expect(try again.get() == [])
        let added = try await self.run(fixture) { table throws(RegionError) in try await table.addReplica("us-east-1") }
        #expect(try added.get() == [.addReplica("us-east-1")])
        #expect(fixture.plane.table("us-west-2")?.replicas["us-east-1"]?.status == "ACTIVE")
    }

    @Test func `a replica that failed is removed too`() async throws {
        let fixture = try await Fixture.ready()
        fixture.change("us-west-2") { $0.replicas["us-east-1"]?.status = "CREATION_FAILED" }
        let removed = try await self.run(fixture) { table throws(RegionError) in
            try await table.removeReplica("us-east-1")
        }
        #expect(try removed.get() == [.removeReplica("us-east-1")])
        #expect(fixture.plane.table("us-west-2")?.replicas["us-east-1"] == nil)
    }

    @Test(arguments: [
        ("us-west-2", "is the primary"), ("us-east-2", "none of the table's regions: us-west-2, us-east-1"),
    ])
    func `the primary and an unknown region are refused before anything is asked`(
        _ name: String,
        _ message: String
    ) async throws {
        let fixture = try await Fixture.ready()
        for isAdded in [true, false] {
            let result = try await self.run(fixture) { table throws(RegionError) in
                isAdded ? try await table.addReplica(Region(name)) : try await table.removeReplica(Region(name))
            }
            guard case .failure(let error) = result else {
                Issue.record("It was not refused.")
                continue
            }
            #expect(error.code == .validation && error.message.contains(message))
        }
        #expect(fixture.plane.with { $0.calls } == [])
    }

    @Test func `a replica needs a table in the primary`() async throws {
        let fixture = Fixture()
        let added = try await self.run(fixture) { table throws(RegionError) in try await table.addReplica("us-east-1") }
        guard case .failure(let error) = added else {
            Issue.record("It was added.")
            return
        }
        #expect(error.message.contains("set it up first"))
        #expect(fixture.plane.changes == [])
    }

    private static let wrong: [(urls: [String], field: String)] = [
        ([], "regions"), (["us-east-1 dynamodb:", "us-east-1 dynamodb:"], "regions"),
        (["us-east-1 dynamodb:?endpont=x"], "regions[0].backend"),
        (["us-west-2 dynamodb:", "us-east-1 dynamodb:?endpoint=http://10.0.0.1"], "regions.us-east-1.endpoint"),
    ]

    @Test(arguments: Self.wrong)
    func `regions that cannot work are refused when the table is made`(_ urls: [String], _ field: String) {
        let locations = urls.map { url in
            let words = url.split(separator: " ").map(String.init)
            return BackendPlugIn.Location(Region(words[0]), words[1])
        }
        let error = #expect(throws: ConfigurationError.self) {
            try GlobalTable(Fixture.schema, at: locations, credentials: LocalPeer.credentials)
        }
        #expect(error?.field == field)
    }
}
