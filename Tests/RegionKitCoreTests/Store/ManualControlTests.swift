import Foundation
import RegionKitTesting
import Testing

@testable import RegionKitCore

@Suite struct ManualControlTests {
    private func region(_ fixture: StoreFixture) async throws -> Region {
        try await fixture.store.get("k").region
    }

    @Test func `H9 what is decided holds until it is taken back`() async throws {
        let fixture = try StoreFixture { $0.health.failbackDelay = .zero }
        fixture.store.obey(ManualControl(evacuated: ["region-0"]))
        #expect(try await self.region(fixture) == "region-1")
        fixture.store.obey(ManualControl(evacuated: ["region-0"], preferred: .init("region-2")))
        #expect(try await self.region(fixture) == "region-2")
        fixture.store.obey(ManualControl(evacuated: ["region-0", "region-2"], preferred: .init("region-2")))
        #expect(try await self.region(fixture) == "region-1")
        fixture.store.obey(ManualControl(evacuated: ["region-0"]))
        #expect(fixture.store.health().map(\.isEvacuated) == [true, false, false])
        #expect(fixture.store.health().allSatisfy { !$0.isPreferred })
        fixture.store.obey(ManualControl())
        #expect(fixture.store.health().allSatisfy { !$0.isEvacuated })
    }

    @Test func `H9 a region that loses its preference and is evacuated stays out`() async throws {
        let fixture = try StoreFixture()
        fixture.store.obey(ManualControl(evacuated: ["region-1"], preferred: .init("region-1")))
        fixture.store.obey(ManualControl(evacuated: ["region-1"]))
        #expect(fixture.store.health().map(\.isEvacuated) == [false, true, false])
    }

    @Test func `H9 a preference ends at its time, and one that has ended is none`() async throws {
        let fixture = try StoreFixture()
        let wall = fixture.time.wallMilliseconds
        fixture.store.obey(ManualControl(preferred: .init("region-1", endMilliseconds: wall + 60_000)))
        #expect(try await self.region(fixture) == "region-1")
        fixture.time.advance(by: .seconds(61))
        #expect(!fixture.store.health()[1].isPreferred)
        fixture.store.obey(ManualControl(preferred: .init("region-2", endMilliseconds: wall)))
        #expect(!fixture.store.health()[2].isPreferred)
    }

    @Test func `regions that the store does not have are passed over`() async throws {
        let fixture = try StoreFixture()
        fixture.store.obey(ManualControl(evacuated: ["moon"], preferred: .init("mars")))
        #expect(try await self.region(fixture) == "region-0")
    }

    @Test func `H9 a running store obeys its file, and keeps to it while it cannot be read`() async throws {
        let folder = try TemporaryFolder()
        let file = ControlFile(path: "\(folder.path)/control.json")
        let time = ManualTime()
        let store = try MultiRegionStore(
            schema: StoreFixture.schema,
            regions: (0..<2).map { RegionEndpoint(Region("region-\($0)"), ScriptedBackend(.succeed)) },
            control: file,
            time: time
        )
        let running = Task { try await store.run() }
        func look() async {
            // One sleeper a region in the monitor, and the follower.
            await time.waitForSleepers(3)
            time.advance(by: .milliseconds(200))
            await time.waitForSleepers(3)
        }
        try file.change { $0.evacuated = ["region-0"] }
        await look()
        #expect(store.health()[0].isEvacuated)
        _ = try folder.write("{", to: "control.json")
        await look()
        #expect(store.health()[0].isEvacuated)
        try FileManager.default.removeItem(atPath: file.path)
        await look()
        #expect(!store.health()[0].isEvacuated)
        running.cancel()
        try await running.value
    }
}
