import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendDynamo

/// Three regions of one global table of a local server, each behind a network that fails.
struct ProxiedRegionsTests {
    private static let regions: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]

    /// What callers were told.
    private final class Account: Sendable {
        struct State {
            var written: [Key] = []
            var counted = 0
            var open = 0
            var faults: [String] = []
        }

        let state = Mutex(State())
    }

    @Test(
        .enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."),
        .timeLimit(.minutes(5))
    )
    func `no network that fails loses an acknowledged write or fails a read`() async throws {
        var schema = TableSchema(name: "proxied", partitionKey: "id")
        schema.name += "-" + UUID().uuidString.lowercased()
        try await LocalPeer.createGlobalTable(schema, in: Self.regions)
        let peer = try EndpointURL(try #require(LocalPeer.endpoint))
        let port = try #require(peer.port)
        let proxies = try Self.regions.map { _ in try FaultProxy(to: port) }
        defer { for proxy in proxies { proxy.close() } }
        var configuration = StoreConfiguration()
        // A machine that is busy for seconds is no failure.
        configuration.deadline = .seconds(60)
        configuration.attemptTimeout = .milliseconds(400)
        // A breaker that closes soon sees each fault anew.
        configuration.health.cooldown = .milliseconds(200)
        configuration.health.maximumCooldown = .milliseconds(200)
        configuration.health.failbackDelay = .zero
        configuration.retry.baseBackoff = .milliseconds(5)
        let endpoints = try zip(Self.regions, proxies).map { region, proxy in
            var configuration = DynamoRegion.Configuration()
            configuration.endpoint = "http://127.0.0.1:\(proxy.port)"
            return RegionEndpoint(
                region,
                try DynamoRegion(
                    region,
                    schema: schema,
                    credentials: LocalPeer.credentials,
                    configuration: configuration
                )
            )
        }
        let store = try MultiRegionStore(schema: schema, regions: endpoints, configuration: configuration)
        let account = Account()
        try await store.put(["id": "read", "n": 1])
        for mode in FaultProxy.Mode.allCases {
            for (region, proxy) in zip(Self.regions, proxies) {
                try proxy.set(mode)
                await withTaskGroup { group in
                    for worker in 0..<3 {
                        group.addTask { await Self.work("\(mode)-\(region)-\(worker)", store, account) }
                    }
                }
                try proxy.set(.open)
            }
        }
        let told = account.state.withLock { $0 }
        #expect(told.faults == [])
        #expect(told.written.count > FaultProxy.Mode.allCases.count * 3 * 3 * 2)
        for region in Self.regions {
            for keys in stride(from: 0, to: told.written.count, by: 100).map({ told.written.dropFirst($0).prefix(100) })
            {
                let found = try await store.batchGet(Array(keys), in: region)
                let lost = zip(keys, found.value).filter { $1.item?["n"] != 1 }.map(\.0)
                #expect(lost.isEmpty, "\(region)")
            }
            let count = try await store.get("counter", in: region).item?["n"]
            let possible = (told.counted...told.counted + told.open).map { AttributeValue.number(Number($0)) }
            #expect(count.map(possible.contains) == true, "\(region): \(count as Any), \(told.counted) + \(told.open)")
        }
        await store.shutdown()
    }

    /// Some reads and writes, all of which are expected to succeed, save that the outcome of a count may stay open.
    private static func work(_ name: String, _ store: MultiRegionStore, _ account: Account) async {
        for number in 0..<3 {
            do throws(RegionError) {
                let answer = try await store.get("read")
                if answer.item?["n"] != 1 {
                    account.state.withLock { $0.faults.append("\(name): read \(answer.value)") }
                }
            } catch {
                account.state.withLock { $0.faults.append("\(name): \(error)") }
            }
            do throws(RegionError) {
                let id = AttributeValue.string("\(name)-\(number)")
                try await store.put(["id": id, "n": 1])
                account.state.withLock { $0.written.append(Key(id)) }
            } catch {
                account.state.withLock { $0.faults.append("\(name): \(error)") }
            }
            do throws(RegionError) {
                try await store.update("counter", Update().add("n", 1))
                account.state.withLock { $0.counted += 1 }
            } catch {
                let isOpen = error.code == .outcomeUnknown
                account.state.withLock { if isOpen { $0.open += 1 } else { $0.faults.append("\(name): \(error)") } }
            }
        }
    }
}
