internal import BackendSQLite
internal import RegionKitCore
internal import SQLitePeer

/// P5: point reads of random keys, decoded to an item, against C that copies the bytes.
struct ReadBenchmark {
    static let pragmas = "PRAGMA cache_size = -16384; PRAGMA mmap_size = 1073741824;"

    var folder: String
    var items: Int

    func run(pairs: Int, reads: Int) async throws {
        let path = self.folder + "/us-west-2.sqlite"
        let store = try await Dataset.open(path)
        try await Dataset.fill(store, self.items)
        let routed = try MultiRegionStore(
            schema: Dataset.schema,
            regions: [RegionEndpoint("us-west-2", ReplicaBackend(store))]
        )
        var generator = SystemRandomNumberGenerator()
        let ids = (0..<reads).map { _ in Dataset.id(.random(in: 0..<self.items, using: &generator)) }
        let bytes = ids.flatMap { $0.utf8.map { CChar(bitPattern: $0) } }
        var plain = Comparison(name: "P5 SQLiteStore.load")
        var full = Comparison(name: "P5 MultiRegionStore.get")
        for _ in 0..<pairs + 1 {
            let theirs = unsafe peer_read(path, Self.pragmas, bytes, Int32(Dataset.keyWidth), Int32(reads))
            let context = Dataset.context()
            let loads = try await nanoseconds(reads) {
                for id in ids {
                    guard try await store.load(Key(.string(id)), .eventual, in: context)?.item?.count == 8
                    else { fatalError("an item is missing") }
                }
            }
            plain.add(ours: loads, theirs: theirs)
            let gets = try await nanoseconds(reads) {
                for id in ids {
                    guard try await routed.get(Key(.string(id))).item?.count == 8 else {
                        fatalError("an item is missing")
                    }
                }
            }
            full.add(ours: gets, theirs: theirs)
        }
        for var comparison in [plain, full] {
            // The first pair warms up.
            comparison.ours.removeFirst()
            comparison.theirs.removeFirst()
            try comparison.report(["items": self.items, "pragmas": Self.pragmas])
        }
        await routed.shutdown(drain: .seconds(1))
    }

    /// Makes the file and closes it.
    func make() async throws {
        let store = try await Dataset.open(self.folder + "/us-west-2.sqlite")
        try await Dataset.fill(store, self.items)
        await store.shutdown()
    }

    /// Nanoseconds of a read through the store, in a file that was made before.
    func gets(_ reads: Int) async throws -> Double {
        let store = try await Dataset.open(self.folder + "/us-west-2.sqlite")
        let routed = try MultiRegionStore(
            schema: Dataset.schema,
            regions: [RegionEndpoint("us-west-2", ReplicaBackend(store))]
        )
        var generator = SystemRandomNumberGenerator()
        let ids = (0..<reads).map { _ in Dataset.id(.random(in: 0..<self.items, using: &generator)) }
        for id in ids.prefix(reads / 10) { _ = try await routed.get(Key(.string(id))) }
        let time = try await nanoseconds(reads) {
            for id in ids {
                guard try await routed.get(Key(.string(id))).item?.count == 8 else { fatalError("an item is missing") }
            }
        }
        await routed.shutdown(drain: .seconds(1))
        return time
    }
}
