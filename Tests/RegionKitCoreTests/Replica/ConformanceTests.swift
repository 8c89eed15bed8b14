import RegionKitCore
import RegionKitTesting
import Testing

struct ConformanceTests {
    @Test func `The backend over a store in memory conforms`() async {
        let failures = await BackendConformance { schema in InMemoryBackend("here", schema: schema) }.run()
        #expect(failures.isEmpty, "\(failures.map(\.description).joined(separator: "\n"))")
    }

    @Test func `The store in memory conforms (C1, C5, F4, F4b)`() async {
        let failures = await ReplicaStoreConformance { region, schema in
            InMemoryReplicaStore(region, schema: schema, isReady: false)
        }.run()
        #expect(failures.isEmpty, "\(failures.map(\.description).joined(separator: "\n"))")
    }
}
