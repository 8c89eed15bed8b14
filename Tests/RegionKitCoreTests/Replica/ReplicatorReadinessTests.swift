import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

/// C5: which regions take writes, and what they do before.
struct ReplicatorReadinessTests {
    @Test func `C5 empty regions among empty peers are ready at once`() async throws {
        let events = EventRecorder()
        let mesh = Mesh(isReady: false) { events.record($0) }
        await #expect(throws: BackendError.self) { try await mesh.write("k", 1, in: 0) }
        try await mesh.replicator.prepare()
        for region in 0..<3 { try await mesh.write("k", region, in: region) }
        #expect(events.events.sorted() == ["serving a", "serving b", "serving c"])
    }

    @Test func `C5 a wiped region takes writes again only after it has merged (fault 18)`() async throws {
        let events = EventRecorder()
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        for n in 0..<10 { try await mesh.write(Key(.string("k\(n)")), n, in: n % 3) }
        try await mesh.write("k1", nil, in: 0)
        #expect(try await mesh.settle())
        for isReady in [true, false] {
            mesh.stores[1].wipe(isReady: isReady)
            mesh.restart { events.record($0) }
            try await mesh.replicator.prepare()
            #expect(mesh.isEqual && mesh.hasEqualTombstones)
            #expect(events.events.contains("merged b from a,c"))
            try await mesh.write("after", 1, in: 1)
            #expect(try await mesh.settle())
            #expect(mesh.isEqual)
        }
        #expect(events.events.contains("lost b: everything"))
    }

    @Test func `C5 a region wiped while the replicator works is noticed (fault 18)`() async throws {
        let events = EventRecorder()
        let mesh = Mesh { events.record($0) }
        try await mesh.replicator.prepare()
        for n in 0..<10 { try await mesh.write(Key(.string("k\(n)")), n, in: n % 3) }
        #expect(try await mesh.settle())
        mesh.stores[1].wipe()
        #expect(try await mesh.settle())
        #expect(mesh.isEqual && mesh.stores[1].contents.count == 10)
        #expect(events.events.contains("lost b: everything"))
    }

    @Test func `C5 a region restored from a copy is noticed by its log, and merges (fault 18)`() async throws {
        let events = EventRecorder()
        let mesh = Mesh { events.record($0) }
        try await mesh.replicator.prepare()
        try await mesh.write("old", 1, in: 0)
        #expect(try await mesh.settle())
        let copy = mesh.stores[0].copy()
        try await mesh.write("new", 2, in: 0)
        try await mesh.write("old", nil, in: 0)
        #expect(try await mesh.settle())
        mesh.time.advance(by: .milliseconds(5))
        mesh.stores[0].restore(copy)
        // Its own log hides the loss by going on with the same numbers.
        try await mesh.write("other", 3, in: 0)
        try await mesh.write("another", 4, in: 0)
        #expect(try await mesh.settle())
        #expect(events.events.contains("lost a: history"))
        #expect(mesh.isEqual)
        #expect(mesh.value("new", in: 0) == 2)
        #expect(mesh.value("old", in: 0) == nil)
        #expect(mesh.value("other", in: 2) == 3)
    }

    @Test func `C5 a copy from before an earlier incarnation is noticed too (fault 18)`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        try await mesh.write("k", 1, in: 0)
        #expect(try await mesh.settle())
        let copy = mesh.stores[0].copy()
        mesh.stores[0].wipe()
        try await mesh.replicator.prepare()
        try await mesh.write("k", nil, in: 0)
        #expect(try await mesh.settle())
        mesh.configuration.tombstoneRetention = .zero
        mesh.restart()
        try await mesh.replicator.prepare()
        mesh.time.advance(by: .milliseconds(1))
        #expect(await mesh.replicator.collect())
        mesh.stores[0].restore(copy)
        try await mesh.replicator.prepare()
        #expect(try await mesh.settle())
        #expect(mesh.value("k", in: 0) == nil && mesh.value("k", in: 1) == nil)
    }

    @Test func `C5 a region that was left out does not bring deleted items back (fault 16)`() async throws {
        let events = EventRecorder()
        let mesh = Mesh()
        mesh.configuration.tombstoneRetention = .zero
        mesh.restart()
        try await mesh.replicator.prepare()
        try await mesh.write("deleted", 1, in: 0)
        try await mesh.write("kept", 2, in: 0)
        #expect(try await mesh.settle())
        mesh.stores[2].setOutage(BackendError(.notSent, .unavailable, "away"))
        mesh.replicator.forget("c")
        try await mesh.write("deleted", nil, in: 0)
        #expect(try await mesh.settle())
        mesh.time.advance(by: .milliseconds(1))
        #expect(await mesh.replicator.collect())
        #expect(mesh.stores[0].contents["deleted"] == nil)
        mesh.stores[2].setOutage(nil)
        mesh.restart { events.record($0) }
        try await mesh.replicator.prepare()
        #expect(events.events.contains("lost c: leftOut"))
        #expect(try await mesh.settle())
        for region in 0..<3 {
            #expect(mesh.stores[region].contents["deleted"] == nil)
            #expect(mesh.value("kept", in: region) == 2)
        }
    }

    @Test func `C5 without a peer to merge from a region waits, until one comes or it is adopted`() async throws {
        let events = EventRecorder()
        let mesh = Mesh(["a", "b"])
        try await mesh.replicator.prepare()
        try await mesh.write("k", 1, in: 1)
        #expect(try await mesh.settle())
        mesh.stores[0].wipe(isReady: false)
        mesh.stores[1].setOutage(BackendError(.notSent, .unavailable, "down"))
        mesh.restart { events.record($0) }
        try await mesh.replicator.prepare()
        #expect(events.events.contains("waiting a"))
        await #expect(throws: BackendError.self) { try await mesh.write("k", 2, in: 0) }
        try await mesh.replicator.adopt("a")
        mesh.time.advance(by: .milliseconds(1))
        try await mesh.write("k", 2, in: 0)
        mesh.stores[1].setOutage(nil)
        #expect(try await mesh.settle())
        #expect(mesh.isEqual && mesh.value("k", in: 1) == 2)
    }

    @Test func `C5 regions that all lost something at once do not wait for each other (fault 18)`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        try await mesh.write("everywhere", 1, in: 0)
        #expect(try await mesh.settle())
        for region in 0..<3 { try await mesh.write(Key(.string("\(region)")), region, in: region) }
        for (region, store) in mesh.stores.enumerated() {
            let incarnation = try await mesh.status(region).head.incarnation
            try await store.beginIncarnation(replacing: incarnation, in: mesh.context())
        }
        mesh.restart()
        try await mesh.replicator.prepare()
        #expect(try await mesh.settle())
        #expect(mesh.isEqual)
        for region in 0..<3 {
            #expect(try await mesh.status(region).isReady)
            #expect(mesh.stores[region].contents.count == 4)
            try await mesh.write("again", region, in: region)
        }
    }

    @Test func `C5 what was deleted stays so when all regions lost something at once (fault 18)`() async throws {
        let mesh = Mesh()
        mesh.configuration.tombstoneRetention = .zero
        mesh.restart()
        try await mesh.replicator.prepare()
        try await mesh.write("deleted", 1, in: 0)
        try await mesh.write("kept", 2, in: 0)
        #expect(try await mesh.settle())
        mesh.stores[2].setOutage(BackendError(.notSent, .unavailable, "away"))
        mesh.replicator.forget("c")
        try await mesh.write("deleted", nil, in: 0)
        #expect(try await mesh.settle())
        mesh.time.advance(by: .milliseconds(1))
        #expect(await mesh.replicator.collect())
        mesh.stores[2].setOutage(nil)
        for (region, store) in mesh.stores.enumerated() {
            let incarnation = try await mesh.status(region).head.incarnation
            try await store.beginIncarnation(replacing: incarnation, in: mesh.context())
        }
        mesh.restart()
        try await mesh.replicator.prepare()
        #expect(try await mesh.settle())
        for region in 0..<3 {
            #expect(mesh.stores[region].contents["deleted"] == nil)
            #expect(mesh.value("kept", in: region) == 2)
        }
    }

    @Test func `C5 a region takes over what its peers have collected, a wiped one too`() async throws {
        let mesh = Mesh()
        mesh.configuration.tombstoneRetention = .zero
        mesh.restart()
        try await mesh.replicator.prepare()
        try await mesh.write("deleted", 1, in: 0)
        try await mesh.write("deleted", nil, in: 0)
        try await mesh.write("kept", 2, in: 0)
        #expect(try await mesh.settle())
        mesh.time.advance(by: .milliseconds(1))
        #expect(await mesh.replicator.collect())
        let floor = try #require(try await mesh.status(0).collectionFloor)
        mesh.stores[1].wipe()
        mesh.restart()
        try await mesh.replicator.prepare()
        #expect(try await mesh.status(1).collectionFloor == floor)
    }

    @Test func `C5 a merge carries the rows that differ and no others`() async throws {
        let mesh = Mesh(["a", "b"])
        try await mesh.replicator.prepare()
        for n in 0..<1500 { try await mesh.write(Key(.string("k\(n)")), n, in: n % 2) }
        try await mesh.write("k7", nil, in: 0)
        #expect(try await mesh.settle())
        let incarnation = try await mesh.status(1).head.incarnation
        try await mesh.stores[1].beginIncarnation(replacing: incarnation, in: mesh.context())
        try await mesh.write("new", 1, in: 0)
        try await mesh.write("k8", 2, in: 0)
        try await mesh.write("k9", nil, in: 0)
        let carried = Mutex<[Key]>([])
        var source = BrokenStore(base: mesh.stores[0])
        source.bendRows = { rows in
            carried.withLock { $0 += rows.map(\.key) }
            return rows
        }
        let replicator = Replicator([source, mesh.stores[1]], time: mesh.time)
        try await replicator.prepare()
        #expect(Set(carried.withLock { $0 }) == ["new", "k8", "k9"] && carried.withLock { $0.count } == 3)
        #expect(mesh.isEqual && mesh.hasEqualTombstones)
    }

    @Test func `C5 writes of a lost region that reached one peer alone reach all in the end (fault 18)`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        try await mesh.write("first", 1, in: 0)
        #expect(try await mesh.settle())
        mesh.replicator.setLink(from: "a", to: "c", LinkCondition(isCut: true))
        try await mesh.write("precious", 2, in: 0)
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("precious", in: 1) == 2 && mesh.value("precious", in: 2) == nil)
        // The only region that has the write is out of reach while the lost one merges.
        mesh.replicator.setLink(from: "b", to: "a", LinkCondition(isCut: true))
        mesh.replicator.setLink(from: "b", to: "c", LinkCondition(isCut: true))
        mesh.stores[0].wipe()
        mesh.replicator.setLink(from: "a", to: "c", LinkCondition())
        try await mesh.replicator.prepare()
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("precious", in: 0) == nil)
        mesh.replicator.setLinks(LinkCondition())
        #expect(try await mesh.settle())
        for region in 0..<3 { #expect(mesh.value("precious", in: region) == 2) }
    }

    @Test func `C5 writes of a region that left for good reach all others in the end`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        await mesh.replicator.replicateOnce()
        mesh.replicator.setLink(from: "a", to: "c", LinkCondition(isCut: true))
        try await mesh.write("last", 1, in: 0)
        await mesh.replicator.replicateOnce()
        mesh.stores[0].setOutage(BackendError(.notSent, .unavailable, "gone"))
        #expect(mesh.value("last", in: 1) == 1 && mesh.value("last", in: 2) == nil)
        mesh.replicator.forget("a")
        #expect(try await mesh.settle())
        #expect(mesh.value("last", in: 2) == 1)
        #expect(try await mesh.status(1).cursors.keys.sorted() == ["c"])
    }
}
