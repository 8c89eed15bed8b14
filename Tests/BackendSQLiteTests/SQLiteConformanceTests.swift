import BackendSQLite
import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct SQLiteConformanceTests {
    @Test func `a SQLite region keeps the contract of a replica store`() async throws {
        let folder = try TestFolder()
        let failures = await ReplicaStoreConformance { region, schema in
            try await folder.open(region, schema: schema, isReady: false)
        }.run()
        #expect(failures.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a backend over a SQLite region keeps the contract of a backend`(readsOnCallersThread: Bool) async throws {
        let folder = try TestFolder()
        let failures = await BackendConformance { schema in
            let name = Region("\(schema.name)-\(UInt32.random(in: 0...UInt32.max))")
            let store = try await folder.open(name, schema: schema) { $0.readsOnCallersThread = readsOnCallersThread }
            return ReplicaBackend(store)
        }.run()
        #expect(failures.isEmpty)
    }
}
