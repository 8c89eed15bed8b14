import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

/// Fault 9: a server that died while it appended a script's changes to its file.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisTornFileTests {
    private static let log = ["--appendonly", "yes", "--appendfsync", "always"]

    /// Removes the end of a server's file, as if it had died before it wrote that.
    private func tear(_ server: RedisServer, bytes: Int) throws {
        let folder = URL(filePath: server.path).appending(path: "appendonlydir")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        // The name bears a number that rises.
        let name = try #require(files.filter { $0.hasSuffix(".incr.aof") }.max { $0.count < $1.count || $0 < $1 })
        let handle = try FileHandle(forUpdating: folder.appending(path: name))
        try handle.truncate(atOffset: try handle.seekToEnd() - UInt64(bytes))
        try handle.close()
    }

    @Test func `what a torn file has of a write does not come back in place of a later one (fault 9)`() async throws {
        try await withStore(Self.log) { server, store in
            try await store.put(.test("first"), ["state": "open", "priority": 1])
            try await store.put(.test("torn"), ["state": "open", "priority": 1])
            server.kill()
            // The end of its last command, and EXEC.
            try self.tear(server, bytes: 20)
            for round in 1...2 {
                try server.restart()
                try await store.reach()
                try await store.markReady()
                try await store.put(.test("\(round)"), ["state": "open", "priority": 1])
                server.kill()
            }
            try server.restart()
            try await store.reach()
            let keys = ["first", "1", "2"].map { Key.test($0) }
            guard case .entries(let rows, let end) = try await store.changes(after: .start, limit: 100, in: .test())
            else { throw BackendError(.rejected, .validation, "The log is not there.") }
            #expect(rows.map(\.key) == keys)
            #expect(end.sequence == 3)
            let table = try await store.allRows(after: nil, limit: 100, in: .test())
            #expect(Set(table.map(\.key)) == Set(keys))
            let index = ReplicaRange(.index("by-state", "open"))
            #expect(Set(try await store.rows(in: index, limit: 100, in: .test())) == Set(table))
        }
    }

    @Test func `a user who may not have the file rewritten has a region that takes writes`() async throws {
        try await withRedis(Self.log) { server in
            let rule = RedisAccess.rule(namespace: "bound").replacing(" +bgrewriteaof", with: "")
            let user = try await server.makeUser(for: "bound", rule: rule)
            let store = try await server.store(namespace: "bound", user: user)
            try await store.put()
            await store.shutdown()
        }
    }
}
