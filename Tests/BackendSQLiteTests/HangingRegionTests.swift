import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendSQLite

@Suite struct HangingRegionTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    @Test func `H7 a region that hangs delays opening by a few timeouts alone, and the others take writes`()
        async throws
    {
        let time = ManualTime()
        let isOpen = Atomic(false)
        let start = time.now
        async let opening = {
            defer { isOpen.store(true, ordering: .releasing) }
            return try await SQLiteRegions.open(
                in: self.folder.path,
                schema: TableSchema(name: "items", partitionKey: "id"),
                regions: ["us-west-2", "us-east-1", "eu-west-1"],
                time: time
            ) { configuration in
                if configuration.region == "us-west-2" { configuration.emulation.fault = .init(.hang) }
            }
        }()
        while !isOpen.load(ordering: .acquiring) {
            // The other regions' files are real, and take real time: the clock must not run ahead of them.
            try await Task.sleep(for: .milliseconds(100))
            time.advanceToNextSleeper()
        }
        let regions = try await opening
        // Two timeouts, and one that this clock runs through although the other regions answer at once.
        #expect(start.duration(to: time.now) <= Replicator.Configuration().callTimeout * 3)
        let context = AttemptContext(
            deadline: time.now.advanced(by: .seconds(1)),
            operation: OperationID(high: 1, low: 1),
            time: time
        )
        let write = BackendRequest.write(.put(["id": "a"]))
        await #expect(throws: Never.self) { try await regions.endpoints[1].backend.perform(write, in: context) }
        await regions.shutdown()
    }
}
