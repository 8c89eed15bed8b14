import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct VerifyTests {
    private typealias Fixture = GlobalTableFixture
    private typealias Subject = TableCheck.Subject

    /// A table that lacks nothing.
    private func perfect(_ schema: TableSchema = Fixture.schema) async throws -> GlobalTableFixture {
        let fixture = try await Fixture.ready(schema)
        for region in Fixture.regions {
            fixture.change(region) { table in
                (table.isProtected, table.hasBackups) = (true, true)
                table.timeToLive?.status = "ENABLED"
            }
        }
        return fixture
    }

    private func problems(_ fixture: GlobalTableFixture) async throws -> [TableCheck] {
        try await fixture.table().verify().filter { $0.outcome != .pass }
    }

    /// The only check that does not pass.
    private func problem(_ fixture: GlobalTableFixture) async throws -> TableCheck {
        let problems = try await self.problems(fixture)
        #expect(problems.count == 1, "\(problems)")
        return try #require(problems.first)
    }

    @Test func `a table that lacks nothing passes every check, and nothing is written`() async throws {
        let fixture = try await self.perfect()
        let checks = try await fixture.table().verify()
        #expect(checks.map(\.subject) == Subject.allCases)
        #expect(checks.filter { $0.outcome != .pass } == [])
        #expect(checks.allSatisfy { $0.fix == nil && $0.commandLine == nil && $0.region == nil })
        #expect(fixture.plane.changes == [] && fixture.plane.with { $0.writes } == 0)
        let permissions = checks.first { $0.subject == .permissions }?.found
        let tried = """
            GetItem, BatchGetItem, Query, Query on index/by-state, Scan, PutItem, UpdateItem, DeleteItem, \
            ConditionCheckItem are allowed; BatchWriteItem cannot be tried
            """
        #expect(permissions == tried)
    }

    @Test func `the conditions of tried writes hold for no item, whatever the key's type`() async throws {
        for kind in [AttributeValue.Kind.string, .number, .binary] {
            let schema = TableSchema(name: "typed", partitionKey: TableSchema.KeyAttribute("id", kind))
            let fixture = try await Fixture.ready(schema)
            _ = try await fixture.table().verify()
            let calls = fixture.plane.with { $0.calls }.filter { ["PutItem", "DeleteItem"].contains($0.operation) }
            #expect(calls.count == 2 * Fixture.regions.count)
            for call in calls {
                let body = try JSONParser.parse(Array(call.body.utf8))
                #expect(body["ConditionExpression"]?.text == "#0 = :0")
                let key = (body["Key"] ?? body["Item"])?["id"]
                let value = body["ExpressionAttributeValues"]?[":0"]
                #expect(key != nil && value != nil && key != value, "\(call)")
            }
        }
    }

    @Test func `a table that is missing is told apart from one that may not be asked`() async throws {
        let fixture = Fixture()
        let missing = try await self.problems(fixture)
        #expect(missing.map(\.outcome) == [.fail, .fail, .fail] && missing.map(\.region) == Fixture.regions)
        let create = "aws dynamodb create-table --region us-west-2 --cli-input-json '{"
        #expect(missing.first?.commandLine?.hasPrefix(create) == true)
        let add = """
            aws dynamodb update-table --region us-west-2 --cli-input-json \
            '{"TableName":"orders","ReplicaUpdates":[{"Create":{"RegionName":"us-east-1"}}]}'
            """
        #expect(missing.dropFirst().first?.commandLine == add)
        let denied = try await self.perfect()
        denied.plane.with { world in
            world.fault = { call in
                call.region == "us-east-1" && call.operation == "DescribeTable" ? .code("AccessDeniedException") : nil
            }
        }
        let problem = try await self.problem(denied)
        #expect(problem.subject == .table && problem.region == "us-east-1" && problem.outcome == .fail)
        #expect(problem.found.hasPrefix("it may not be asked: AccessDeniedException"))
        // What may be done there was tried all the same.
        #expect(denied.plane.with { $0.calls }.contains { $0.region == "us-east-1" && $0.operation == "Scan" })
    }

    @Test func `a table that is in another region alone is not to be created a second time`() async throws {
        let fixture = Fixture()
        try await fixture.setUp(regions: ["us-east-1"])
        let checks = try await fixture.table().verify()
        let problem = try #require(checks.first)
        #expect(problem.region == "us-west-2" && problem.outcome == .fail)
        #expect(problem.found == "there is no table orders, but us-east-1 has one")
        #expect(problem.commandLine?.contains("update-table --region us-east-1") == true)
        #expect(!checks.contains { $0.commandLine?.contains("create-table") == true })
    }

    @Test func `a region that cannot be reached fails, and the others are checked`() async throws {
        for region in Fixture.regions {
            let fixture = try await self.perfect()
            fixture.plane.with { $0.fault = { $0.region == region ? .failure(.connectTimedOut, sent: false) : nil } }
            let problem = try await self.problem(fixture)
            #expect(problem.region == region && problem.outcome == .fail)
            #expect(problem.found.hasPrefix("it cannot be reached: "))
            #expect(fixture.plane.with { $0.calls.count { $0.region == region } } == 1)
            #expect(try await fixture.table().verify().map(\.subject) == Subject.allCases)
        }
    }

    struct Case: Sendable, CustomStringConvertible {
        var subject: TableCheck.Subject
        var outcome: TableCheck.Outcome
        /// Where it is told; nil for all regions.
        var region: Region?
        var found: String
        /// What the line for a shell holds.
        var command: String?
        /// What the tables are changed to.
        var change: @Sendable (inout ScriptedControlPlane.Table, Region) -> Void

        init(
            _ subject: TableCheck.Subject,
            _ outcome: TableCheck.Outcome,
            _ region: Region?,
            _ found: String,
            _ command: String? = nil,
            _ change: @escaping @Sendable (inout ScriptedControlPlane.Table, Region) -> Void
        ) {
            (self.subject, self.outcome, self.region) = (subject, outcome, region)
            (self.found, self.command, self.change) = (found, command, change)
        }

        var description: String { "\(self.subject) \(self.outcome): \(self.found)" }
    }

    private static let west: Region = "us-west-2"
    private static let east: Region = "us-east-1"

    private static func more(_ name: String, _ value: JSON) -> [JSON.Member] { [JSON.Member(name: name, value: value)] }

    private static let cases: [Case] = [
        Case(.table, .warn, Self.east, "it is UPDATING") {
            if $1 == Self.east { ($0.status, $0.looks) = ("UPDATING", 9) }
        },
        Case(.table, .fail, Self.east, "it is INACCESSIBLE_ENCRYPTION_CREDENTIALS", "describe-table --region us-east-1")
        {
            if $1 == Self.east { $0.status = "INACCESSIBLE_ENCRYPTION_CREDENTIALS" }
        },
        Case(.version, .fail, nil, "global tables 2017.11.29") { table, _ in
            table.more = Self.more("GlobalTableVersion", "2017.11.29")
        },
        Case(.indexes, .fail, Self.east, "by-state is missing", #""Create":{"IndexName":"by-state""#) {
            if $1 == Self.east { $0.indexes = nil }
        },
        Case(.capacity, .warn, Self.east, "provisioned", #""BillingMode":"PAY_PER_REQUEST""#) {
            if $1 == Self.east { $0.billing = "PROVISIONED" }
        },
        Case(.stream, .fail, Self.east, "off", "StreamViewType") { if $1 == Self.east { $0.view = nil } },
        Case(.stream, .fail, Self.east, "KEYS_ONLY", "StreamViewType") { if $1 == Self.east { $0.view = "KEYS_ONLY" } },
        Case(.replicas, .fail, Self.east, "us-west-2 has no replica there", #""Create":{"RegionName":"us-east-1"}"#) {
            if $1 == Self.west { $0.replicas[Self.east] = nil }
        },
        Case(.replicas, .warn, Self.east, "it is CREATING, 50 %") {
            if $1 == Self.west { $0.replicas[Self.east] = ScriptedControlPlane.Replica(looks: 9) }
        },
        Case(.replicas, .fail, Self.east, "it is CREATION_FAILED: No quota.", #""Delete":{"RegionName":"us-east-1"}"#) {
            guard $1 == Self.west else { return }
            let replica = ScriptedControlPlane.Replica(status: "CREATION_FAILED", looks: 0, reason: "No quota.")
            $0.replicas[Self.east] = replica
        },
        Case(.replicas, .warn, "ap-south-1", "a replica that the configuration lacks, ACTIVE", "ap-south-1") {
            if $1 == Self.west { $0.replicas["ap-south-1"] = ScriptedControlPlane.Replica(status: "ACTIVE", looks: 0) }
        },
        Case(.timeToLive, .fail, Self.east, "DISABLED, the schema says expires", "time-to-live --region us-west-2") {
            if $1 == Self.east { $0.timeToLive = nil }
        },
        Case(.timeToLive, .fail, Self.east, "items expire by until, the schema says expires") {
            if $1 == Self.east { $0.timeToLive = ("ENABLED", "until") }
        },
        Case(.consistency, .fail, nil, "MRSC in 4 regions") { table, _ in
            table.more = [
                JSON.Member(name: "MultiRegionConsistency", value: "STRONG"),
                JSON.Member(name: "GlobalTableWitnesses", value: [["RegionName": "eu-north-1"]]),
            ]
        },
        Case(.backups, .warn, Self.east, "point-in-time recovery is off", "update-continuous-backups") {
            if $1 == Self.east { $0.hasBackups = false }
        },
        Case(.deletionProtection, .warn, Self.east, "off", "DeletionProtectionEnabled") {
            if $1 == Self.east { $0.isProtected = false }
        },
    ]

    @Test(arguments: Self.cases) func `what is not as it should be is told, with its fix`(_ row: Case) async throws {
        let fixture = try await self.perfect()
        for region in Fixture.regions { fixture.change(region) { row.change(&$0, region) } }
        let problem = try await self.problem(fixture)
        #expect(problem.subject == row.subject && problem.outcome == row.outcome && problem.region == row.region)
        #expect(problem.found == row.found)
        #expect(problem.fix?.isEmpty == false)
        #expect((problem.commandLine != nil) == (row.command != nil))
        if let command = row.command { #expect(problem.commandLine?.contains(command) == true, "\(problem)") }
    }

    @Test func `a table that the strong mode fits says what the mode means`() async throws {
        let fixture = try await self.perfect()
        for region in Fixture.regions {
            fixture.change(region) { table in
                table.more = Self.more("MultiRegionConsistency", "STRONG")
                table.view = nil
            }
        }
        let checks = try await fixture.table().verify()
        #expect(checks.first { $0.subject == .consistency }?.found.hasPrefix("MRSC: ") == true)
        #expect(checks.first { $0.subject == .stream }?.found == "none; MRSC needs none")
        #expect(checks.allSatisfy { $0.outcome == .pass })
    }

    @Test func `keys and indexes that differ from the schema are told for every region`() async throws {
        var fixture = try await self.perfect()
        fixture.schema.partitionKey = "order"
        fixture.schema.indexes[0].sortKey = "order"
        let problems = try await self.problems(fixture)
        #expect(problems.count { $0.subject == .keys && $0.outcome == .fail } == 3)
        let indexes = problems.filter { $0.subject == .indexes }
        #expect(indexes.first?.found == "by-state has the key state (S), id (S), the schema's is state (S), order (S)")
        #expect(indexes.count == 3 && problems.count == 6)
    }

    @Test func `an index that only one region has is told`() async throws {
        var fixture = try await self.perfect()
        fixture.schema.indexes = []
        #expect(try await self.problems(fixture) == [])
        fixture.change("us-east-1") { $0.indexes = nil }
        let problem = try await self.problem(fixture)
        #expect(problem.region == "us-east-1" && problem.outcome == .fail)
        #expect(problem.found == "they differ from those in us-west-2")
    }

    @Test(arguments: [
        ("GetItem", "dynamodb:GetItem"), ("UpdateItem", "dynamodb:UpdateItem"),
        ("TransactWriteItems", "dynamodb:ConditionCheckItem"), ("Scan", "dynamodb:Scan"),
        ("Query", "dynamodb:Query, dynamodb:Query on index/by-state"),
    ])
    func `a call that is denied fails, and names its action`(_ operation: String, _ action: String) async throws {
        let fixture = try await self.perfect()
        fixture.plane.with { world in
            world.fault = { call in
                call.operation == operation && call.region == "eu-west-1" ? .code("AccessDeniedException") : nil
            }
        }
        let problem = try await self.problem(fixture)
        #expect(problem.subject == .permissions && problem.outcome == .fail && problem.region == "eu-west-1")
        #expect(problem.found.hasPrefix("denied: \(action). AccessDeniedException"))
        #expect(problem.fix == "Allow \(action) on the table there.")
    }

    @Test(arguments: [
        ("DescribeTimeToLive", Subject.timeToLive), ("DescribeContinuousBackups", Subject.backups),
        ("PutItem", Subject.permissions),
    ])
    func `what cannot be learned is a warning, and the other checks go on`(
        _ operation: String,
        _ subject: TableCheck.Subject
    ) async throws {
        let fixture = try await self.perfect()
        let code = operation == "PutItem" ? "ThrottlingException" : "AccessDeniedException"
        fixture.plane.with { $0.fault = { $0.operation == operation ? .code(code) : nil } }
        let problems = try await self.problems(fixture)
        #expect(problems.map(\.subject) == [subject, subject, subject])
        #expect(problems.allSatisfy { $0.outcome == .warn && $0.found.contains(code) })
    }

    @Test func `a time to live that the schema does not know is a warning`() async throws {
        var fixture = try await self.perfect()
        fixture.schema.timeToLiveAttribute = nil
        let problems = try await self.problems(fixture)
        #expect(problems.map(\.subject) == [.timeToLive, .timeToLive, .timeToLive])
        #expect(problems.allSatisfy { $0.outcome == .warn })
    }

    @Test func `one region alone needs no replicas`() async throws {
        let fixture = Fixture()
        try await fixture.setUp(regions: ["us-west-2"])
        let checks = try await fixture.table(regions: ["us-west-2"]).verify()
        #expect(!checks.contains { $0.outcome == .fail })
        #expect(!checks.contains { $0.subject == .replicas || $0.subject == .version })
    }

    @Test(arguments: [
        ("us-west-2", "us-west-2"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("$(x)`y`", "'$(x)`y`'"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"), ("é", "'é'"),
    ])
    func `a word is quoted so that a shell reads it as it is`(_ word: String, _ quoted: String) {
        #expect(ControlRequest.quoted(word) == quoted)
    }

    @Test func `a line names an endpoint and authorities that are not the usual ones`() {
        let request = ControlRequest.protectFromDeletion("it's")
        var configuration = DynamoRegion.Configuration()
        #expect(configuration.commandLineOptions == [])
        (configuration.endpoint, configuration.authorities) = ("https://127.0.0.1:1", "/etc/own ca.pem")
        let line = request.commandLine(in: "us-east-1", options: configuration.commandLineOptions)
        let expected = """
            aws dynamodb update-table --region us-east-1 --cli-input-json \
            '{"TableName":"it'\\''s","DeletionProtectionEnabled":true}' --endpoint-url https://127.0.0.1:1 \
            --ca-bundle '/etc/own ca.pem'
            """
        #expect(line == expected)
    }
}
