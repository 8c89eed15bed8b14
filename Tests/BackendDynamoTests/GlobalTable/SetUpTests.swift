import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct SetUpTests {
    private typealias Fixture = GlobalTableFixture

    private static let everything: [GlobalTable.Change] = [
        .createTable("us-west-2"), .addReplica("us-east-1"), .addReplica("eu-west-1"),
        .enableTimeToLive(attribute: "expires"),
    ]

    /// What all regions hold at the end, without what says how it came there.
    private func end(_ fixture: GlobalTableFixture) -> [Region: ScriptedControlPlane.Table] {
        fixture.plane.with { world in
            world.tables.mapValues { table in
                var table = table
                table.looks = 0
                table.replicas = table.replicas.mapValues { ScriptedControlPlane.Replica(status: $0.status, looks: 0) }
                return table
            }
        }
    }

    @Test func `a fresh set-up creates the table, its replicas one at a time, and the time to live`() async throws {
        let fixture = Fixture()
        let notes = Notes<String>()
        let changes = try await fixture.setUp { notes.append("\($0)") }
        #expect(changes == Self.everything)
        let operations = fixture.plane.changes.map(\.operation)
        #expect(operations == ["CreateTable", "UpdateTable", "UpdateTable", "UpdateTimeToLive"])
        #expect(fixture.plane.changes.allSatisfy { $0.region == "us-west-2" })
        let table = try #require(fixture.plane.table("us-west-2"))
        #expect(table.status == "ACTIVE" && table.view == "NEW_AND_OLD_IMAGES")
        #expect(table.replicas.mapValues(\.status) == ["us-east-1": "ACTIVE", "eu-west-1": "ACTIVE"])
        #expect(table.timeToLive?.attribute == "expires")
        #expect(notes.all.contains("add the replica in us-east-1"))
        #expect(notes.all.contains("us-east-1 is CREATING, 50 %"))
        #expect(notes.all.contains("us-west-2 is CREATING"))
    }

    @Test func `a table is created as the schema says, on demand and with a stream`() async throws {
        let fixture = Fixture()
        try await fixture.setUp()
        let body = try #require(fixture.plane.changes.first?.body)
        let expected = """
            {"TableName":"orders","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},\
            {"AttributeName":"at","AttributeType":"N"},{"AttributeName":"state","AttributeType":"S"}],\
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],\
            "BillingMode":"PAY_PER_REQUEST",\
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},\
            "GlobalSecondaryIndexes":[{"IndexName":"by-state","KeySchema":[{"AttributeName":"state","KeyType":"HASH"},\
            {"AttributeName":"id","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}
            """
        #expect(body == expected)
    }

    @Test func `a second run changes nothing`() async throws {
        let fixture = try await Fixture.ready()
        let before = self.end(fixture)
        #expect(try await fixture.setUp() == [])
        #expect(fixture.plane.changes == [])
        #expect(self.end(fixture) == before)
    }

    @Test(arguments: [false, true])
    func `a run that was stopped after any call is gone on with by the next one`(_ isDone: Bool) async throws {
        let whole = Fixture()
        try await whole.setUp()
        let count = whole.plane.with { $0.calls.count }
        #expect(count > 20)
        for last in 1...count {
            let fixture = Fixture()
            fixture.plane.with { world in
                world.fault = { call in
                    // The process dies at a call: before it is sent, or before its answer comes.
                    call.number < last ? nil : .failure(.closed, sent: isDone && call.number == last)
                }
            }
            let code = try await fixture.failure()?.code
            // The last calls of all only look whether all is done.
            #expect(code == .closed || code == nil && self.end(fixture) == self.end(whole))
            fixture.plane.with { $0.fault = { _ in nil } }
            try await fixture.setUp()
            #expect(self.end(fixture) == self.end(whole), "stopped at call \(last)")
            let lost = fixture.plane.changes.count - Self.everything.count
            // One call may have been sent in vain, before or after the stop.
            #expect((0...1).contains(lost), "stopped at call \(last): \(fixture.plane.changes)")
        }
    }

    @Test func `a run that is cancelled while it waits says so, and the next one goes on`() async throws {
        let fixture = Fixture()
        let table = try fixture.table()
        let run = Task {
            do throws(RegionError) {
                try await table.setUp()
                return nil as RegionError?
            } catch {
                return error
            }
        }
        // Before the first change it may wait for credentials.
        while fixture.plane.changes.isEmpty { await Task.yield() }
        await fixture.time.waitForSleepers(1)
        run.cancel()
        #expect(await run.value?.code == .cancelled)
        #expect(fixture.plane.changes.count == 1)
        #expect(try await fixture.setUp() == Array(Self.everything.dropFirst()))
    }

    @Test(arguments: [
        "CREATION_FAILED", "REGION_DISABLED", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "REPLICATION_NOT_AUTHORIZED",
        "ARCHIVED",
    ])
    func `a replica in a state that it does not leave ends the wait`(_ status: String) async throws {
        let fixture = try await Fixture.ready()
        fixture.change("us-west-2") { table in
            table.replicas["us-east-1"]?.status = status
            table.replicas["us-east-1"]?.reason = "The region is out of keys."
        }
        let error = try await fixture.failure()
        #expect(error?.code == .unavailable && error?.region == "us-east-1")
        #expect(error?.message.contains("us-east-1 is \(status): The region is out of keys.") == true)
        #expect(fixture.plane.changes == [])
    }

    @Test func `a table of another key is named with both keys, and not altered`() async throws {
        let fixture = try await Fixture.ready(TableSchema(name: "orders", partitionKey: "order", indexes: []))
        var other = fixture
        other.schema = Fixture.schema
        let error = try await other.failure()
        #expect(error?.code == .validation)
        #expect(error?.message.contains("the key in us-west-2 is order (S), the schema's is id (S), at (N)") == true)
        #expect(other.plane.changes == [])
    }

    @Test func `a type of a key that differs is another key`() async throws {
        var schema = Fixture.schema
        schema.sortKey = "at"
        var fixture = try await Fixture.ready(schema)
        fixture.schema = Fixture.schema
        #expect(try await fixture.failure()?.message.contains("id (S), at (S), the schema's is id (S), at (N)") == true)
    }

    @Test func `a table without one of the indexes is not altered`() async throws {
        var schema = Fixture.schema
        schema.indexes = []
        var fixture = try await Fixture.ready(schema)
        fixture.schema = Fixture.schema
        let error = try await fixture.failure()
        #expect(error?.message.contains("the index by-state is missing") == true)
        #expect(fixture.plane.changes == [])
    }

    @Test(arguments: ["ResourceInUseException", "LimitExceededException", "ThrottlingException"])
    func `what DynamoDB asks to do later is done later`(_ code: String) async throws {
        let fixture = Fixture()
        fixture.plane.with { world in
            // Each of the first forty calls that changes something is refused.
            world.fault = { $0.isChange && $0.number <= 40 ? .code(code) : nil }
        }
        let notes = Notes<String>()
        let changes = try await fixture.setUp { notes.append("\($0)") }
        #expect(changes == Self.everything)
        #expect(notes.all.contains { $0.contains("\(code): No.; trying again") })
    }

    @Test func `a change whose answer is lost is looked for, and not asked for twice`() async throws {
        let fixture = Fixture()
        fixture.plane.with { $0.fault = { $0.isChange ? .lost : nil } }
        #expect(try await fixture.setUp() == Self.everything)
        #expect(fixture.plane.changes.count == Self.everything.count)
    }

    @Test func `descriptions that lag behind a change do not lead to a second one`() async throws {
        let fixture = Fixture()
        fixture.plane.with { $0.staleLooks = 3 }
        #expect(try await fixture.setUp() == Self.everything)
        #expect(fixture.plane.changes.count == Self.everything.count)
    }

    @Test func `what takes longer than the time limit is told, with what it waited for`() async throws {
        let fixture = try await Fixture.ready()
        fixture.change("us-west-2") { table in
            table.replicas["eu-west-1"] = ScriptedControlPlane.Replica(status: "CREATING", looks: .max)
        }
        let begin = fixture.time.now
        let error = try await fixture.failure(timeLimit: .seconds(90))
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.message.contains("After 90 s it is not done: eu-west-1 is CREATING, 50 %") == true)
        #expect(begin.duration(to: fixture.time.now) <= .seconds(90))
        #expect(fixture.plane.changes == [])
    }

    @Test func `a region that does not answer is asked a few times`() async throws {
        let fixture = Fixture()
        fixture.plane.with { $0.fault = { $0.region == "eu-west-1" ? .failure(.connectFailed, sent: false) : nil } }
        let error = try await fixture.failure()
        #expect(error?.code == .unavailable && error?.region == "eu-west-1")
        #expect(fixture.plane.changes == [])
        #expect(fixture.plane.with { $0.calls.count { $0.region == "eu-west-1" } } == 6)
    }

    @Test func `one who may not create a table is told at once`() async throws {
        let fixture = Fixture()
        fixture.plane.with { world in
            world.fault = { $0.isChange ? .code("AccessDeniedException", message: "no dynamodb:CreateTable") : nil }
        }
        let error = try await fixture.failure()
        #expect(error?.code == .accessDenied && error?.message.contains("dynamodb:CreateTable") == true)
        #expect(fixture.plane.changes.count == 1)
    }

    @Test func `a table that is in another region alone is not created a second time`() async throws {
        let fixture = Fixture()
        try await fixture.setUp(regions: ["us-east-1"])
        let error = try await fixture.failure()
        #expect(error?.message.contains("exists in us-east-1 and not in the primary, us-west-2") == true)
        #expect(fixture.plane.table("us-west-2") == nil)
    }

    @Test func `a table of a replica's name that is none is left alone`() async throws {
        let fixture = Fixture()
        try await fixture.setUp(regions: ["us-west-2"])
        try await fixture.setUp(regions: ["eu-west-1"])
        let before = fixture.plane.changes.count
        let error = try await fixture.failure()
        #expect(error?.region == "eu-west-1")
        #expect(error?.message.contains("a table orders of its own") == true)
        // The other replica came before it.
        #expect(fixture.plane.changes.dropFirst(before).allSatisfy { $0.body.contains("us-east-1") })
    }

    @Test func `a table without stream gets one before its first replica`() async throws {
        let fixture = Fixture()
        try await fixture.setUp(regions: ["us-west-2"])
        fixture.change("us-west-2") { $0.view = nil }
        let changes = try await fixture.setUp()
        #expect(changes == [.enableStream("us-west-2"), .addReplica("us-east-1"), .addReplica("eu-west-1")])
        fixture.change("us-west-2") { $0.view = "KEYS_ONLY" }
        #expect(try await fixture.failure()?.message.contains("holds KEYS_ONLY") == true)
    }

    @Test func `another time to live is not overwritten, and one that nobody asked for stays`() async throws {
        let fixture = try await Fixture.ready()
        fixture.change("us-west-2") { $0.timeToLive = ("ENABLED", "until") }
        let other = try await fixture.failure()
        #expect(other?.message.contains("by the attribute until, the schema says expires") == true)
        fixture.change("us-west-2") { $0.timeToLive = ("DISABLING", "expires") }
        #expect(try await fixture.failure()?.message.contains("up to an hour") == true)
        var without = fixture
        without.schema.timeToLiveAttribute = nil
        #expect(try await without.setUp() == [])
        #expect(fixture.plane.changes == [])
    }

    @Test func `a table of the strong mode or of the old version is left as it is`() async throws {
        let fixture = Fixture()
        try await fixture.setUp(regions: ["us-west-2", "us-east-1"])
        fixture.change("us-west-2") { $0.more = [JSON.Member(name: "MultiRegionConsistency", value: "STRONG")] }
        #expect(try await fixture.failure()?.message.contains("mode MRSC") == true)
        fixture.change("us-west-2") { $0.more = [JSON.Member(name: "GlobalTableVersion", value: "2017.11.29")] }
        #expect(try await fixture.failure()?.message.contains("version 2017.11.29") == true)
    }
}
