internal import Foundation
internal import RegionKitCore
internal import Testing

@testable internal import BackendDynamo

struct HTTPExecutorTests {
    @Test func `a task that prefers the client's thread stays there`() async throws {
        try await withServer(script: { $0.echo() }) { _, client, origin in
            let threads = try await withThrowingTaskGroup(of: Set<pthread_t>.self) { group in
                for worker in 0..<8 {
                    group.addTask(executorPreference: client.executor) {
                        var threads: Set = [pthread_self()]
                        for number in 0..<100 {
                            let path = "/\(worker)/\(number)"
                            let response = try await client.send(HTTPRequest(.get, origin, path: path), deadline: .soon)
                            guard String(decoding: response.body, as: UTF8.self) == path else { throw Mixed() }
                            threads.insert(pthread_self())
                        }
                        return threads
                    }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            #expect(threads.count == 1)
            #expect(!threads.contains(pthread_self()))
        }
    }

    @Test func `a shutdown does not strand the tasks that prefer the client's thread`() async throws {
        try await withServer(script: { connection in
            _ = connection.read()
            _ = connection.readToEnd()
        }) { server, client, origin in
            let task = Task(executorPreference: client.executor) {
                let error = await client.failure(HTTPRequest(.get, origin))
                for _ in 0..<100 { await Task.yield() }
                return (error, await client.failure(HTTPRequest(.get, origin)))
            }
            _ = await server.requests.first { _ in true }
            await withTaskExecutorPreference(client.executor) { await client.shutdown() }
            let (first, second) = await task.value
            #expect(first?.kind == .closed && first?.mayHaveBeenSent == true)
            #expect(second?.kind == .closed && second?.mayHaveBeenSent == false)
        }
    }

    @Test func `the executor outlives the client`() async throws {
        let executor = try HTTPClient(.patient).executor
        let sum = await withTaskGroup { group in
            for number in 0..<100 { group.addTask(executorPreference: executor) { number } }
            return await group.reduce(0, +)
        }
        #expect(sum == 4950)
    }

    private struct Mixed: Error {}
}
