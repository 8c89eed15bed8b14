import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendSQLite

@Suite struct FileHygieneTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    private func mode(_ path: String) throws -> Int {
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        return try #require(mode).intValue
    }

    @Test func `security 4 the database and what stands beside it are readable by the owner alone`() async throws {
        let store = try await self.folder.open()
        try await store.put()
        for suffix in ["", "-wal", "-shm"] {
            #expect(try self.mode(store.path + suffix) == 0o600)
        }
        await store.shutdown()
    }

    @Test func `security 4 a region's file that others can read is restricted when it is opened`() async throws {
        let first = try await self.folder.open()
        await first.shutdown()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: first.path)
        let store = try await self.folder.open()
        #expect(try self.mode(store.path) == 0o600)
        await store.shutdown()
    }

    @Test func `security 4 opening gives nobody a right that the owner took away`() async throws {
        let first = try await self.folder.open()
        await first.shutdown()
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: first.path)
        let store = try await self.folder.open(isReady: false)
        #expect(try self.mode(store.path) == 0o400)
        await store.shutdown()
    }

    @Test(arguments: ["", "US", "-a", "a/b", "../x", "a.b", "a b", String(repeating: "a", count: 64)])
    func `security 4 a region of an invalid name is refused`(name: String) async throws {
        let configuration = SQLiteStore.Configuration(
            path: self.folder.file(),
            region: Region(name),
            schema: TestFolder.schema
        )
        let error = try #require(throws: BackendError.self) { try SQLiteStore.open(configuration) }
        #expect(error.failure == .rejected)
        #expect(error.message.contains("found \(name.prefix(80).debugDescription)"))
        #expect(!FileManager.default.fileExists(atPath: self.folder.file()))
    }

    @Test func `security 4 a symbolic link is refused as the file and as its folder`() async throws {
        let store = try await self.folder.open()
        await store.shutdown()
        let link = self.folder.file("link.sqlite")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: store.path)
        let folderLink = self.folder.file("folder")
        try FileManager.default.createSymbolicLink(atPath: folderLink, withDestinationPath: self.folder.path)
        for path in [link, folderLink + "/us-west-2.sqlite"] {
            let error = await #expect(throws: BackendError.self) { try await self.folder.open { $0.path = path } }
            #expect(error?.failure == .rejected)
            #expect(error?.message.contains("symbolic link") == true)
        }
    }

    @Test func `security 4 a dangling link is not followed to create a file`() async throws {
        let target = self.folder.file("target.sqlite")
        let link = self.folder.file()
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        await #expect(throws: BackendError.self) { try await self.folder.open() }
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test(arguments: ["", "/", "/tmp/", "/tmp/..", "/nowhere/at/all/x.sqlite", "/tmp/a\u{0}b", "/dev/null"])
    func `security 4 a path that names no file in a folder is refused`(path: String) async throws {
        let error = await #expect(throws: BackendError.self) { try await self.folder.open { $0.path = path } }
        #expect(error?.failure == .rejected)
    }

    @Test func `security 4 a file that is no database is named and left untouched`() async throws {
        let content = Data("precious notes\n".utf8) + Data(repeating: 7, count: 5000)
        try content.write(to: URL(fileURLWithPath: self.folder.file()))
        let error = await #expect(throws: BackendError.self) { try await self.folder.open() }
        #expect(error?.message.contains(self.folder.file()) == true)
        // It may be a region's, damaged: no reason to stop using the others.
        #expect(error?.failure == .unavailable)
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("restore it from a copy, or move it away") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: self.folder.file())) == content)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.path) == ["us-west-2.sqlite"])
    }

    @Test(arguments: ["DELETE", "WAL"])
    func `security 4 the database of another application is named and left untouched`(mode: String) async throws {
        let file = try DatabaseFile(path: self.folder.file())
        try file.createIfMissing()
        do {
            let connection = try Connection(path: file.path, access: .write)
            try connection.execute("PRAGMA journal_mode = \(mode); PRAGMA application_id = 77; CREATE TABLE t (a)")
        }
        let content = try Data(contentsOf: URL(fileURLWithPath: file.path))
        let error = await #expect(throws: BackendError.self) { try await self.folder.open() }
        #expect(error?.failure == .rejected)
        #expect(error?.message.contains("another application") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == content)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.path) == ["us-west-2.sqlite"])
    }

    @Test func `security 4 a file of a newer format is refused with its number`() async throws {
        let store = try await self.folder.open()
        await store.shutdown()
        do {
            try Connection(path: store.path, access: .write).execute("PRAGMA user_version = 99")
        }
        let error = await #expect(throws: BackendError.self) { try await self.folder.open() }
        #expect(error?.message.contains("format 99") == true)
    }

    @Test func `security 4 connections are defensive and load no extensions`() async throws {
        let file = try DatabaseFile(path: self.folder.file())
        try file.createIfMissing()
        let connection = try Connection(path: file.path, access: .write)
        #expect(try connection.integer("PRAGMA trusted_schema") == 0)
        try connection.execute("CREATE TABLE t (a); PRAGMA writable_schema = ON")
        for sql in [
            "UPDATE sqlite_schema SET sql = 'x'", "SELECT load_extension('x')", "ATTACH 'other' AS other",
            "SELECT zeroblob(17000000)", "SELECT \"no such column\"",
        ] {
            #expect(throws: DatabaseFailure.self) { try connection.execute(sql) }
        }
    }

    @Test func `security 4 text that looks like SQL is only text`() async throws {
        let store = try await self.folder.open()
        let hostile = "'); DROP TABLE item; --"
        let key = Key.test(hostile, hostile)
        try await store.put(key, ["state": .string(hostile), "priority": 1])
        #expect(try await store.item(key)?["state"] == .string(hostile))
        let range = ReplicaRange(.index("by-state", .string(hostile)))
        #expect(try await store.rows(in: range, limit: 10, in: .test()).count == 1)
        await store.shutdown()
    }

    @Test func `a region's file is refused for another region, another table and other keys`() async throws {
        let store = try await self.folder.open()
        await store.shutdown()
        let path = store.path
        var other = TestFolder.schema
        other.name = "other"
        var keys = TestFolder.schema
        keys.sortKey = nil
        for (region, schema, word) in [
            ("us-east-1", TestFolder.schema, "us-west-2"),
            ("us-west-2", other, "worksets with the keys id (S), part (S), not other with"),
            ("us-west-2", keys, "part (S)"),
        ] {
            let error = await #expect(throws: BackendError.self) {
                try await self.folder.open(Region(region), schema: schema) { $0.path = path }
            }
            #expect(error?.failure == .rejected)
            #expect(error?.message.contains(word) == true)
        }
    }

    @Test func `an index is built when the schema has gained it and dropped when it has lost it`() async throws {
        var bare = TestFolder.schema
        bare.indexes = []
        let first = try await self.folder.open(schema: bare)
        for index in 0..<20 {
            let state: AttributeValue = index < 15 ? "ready" : "done"
            try await first.put(.test("a\(index)"), ["state": state, "priority": .number(Number(index))])
        }
        try await first.put(.test("none"))
        await first.shutdown()
        let range = ReplicaRange(.index("by-state", "ready"), descending: true)
        for _ in 0..<2 {
            let second = try await self.folder.open()
            let rows = try await second.rows(in: range, limit: 100, in: .test())
            #expect(rows.count == 15)
            #expect(rows.first?.item?["priority"] == 14)
            await second.shutdown()
        }
        let third = try await self.folder.open(schema: bare)
        await #expect(throws: BackendError.self) { try await third.rows(in: range, limit: 1, in: .test()) }
        await third.shutdown()
        let entries = try Connection(path: third.path, access: .read).integer("SELECT count(*) FROM entry")
        #expect(entries == 0)
    }

    @Test func `a process whose indexes another one changed is told to open again`() async throws {
        var bare = TestFolder.schema
        bare.indexes = []
        let old = try await self.folder.open()
        try await old.put(.test(), ["state": "ready", "priority": 1])
        let new = try await self.folder.open(schema: bare)
        try await new.put(.test("b"), ["state": "ready", "priority": 1])
        let error = await #expect(throws: BackendError.self) { try await old.put(.test("c")) }
        #expect(error?.failure == .unavailable)
        #expect(error?.message.contains("open the region again") == true)
        let range = ReplicaRange(.index("by-state", "ready"))
        await #expect(throws: BackendError.self) { try await old.rows(in: range, limit: 1, in: .test()) }
        #expect(try await old.item(.test("b")) != nil)
        await old.shutdown()
        await new.shutdown()
    }

    @Test func `two openings at once create one region`() async throws {
        let path = self.folder.file()
        let incarnations = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let store = try await self.folder.open { $0.path = path }
                    let incarnation = try await store.status(in: .test()).head.incarnation
                    await store.shutdown()
                    return incarnation
                }
            }
            return try await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(incarnations.count == 1)
    }
}
