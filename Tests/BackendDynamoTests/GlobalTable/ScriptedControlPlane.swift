import RegionKitCore
import Synchronization

@testable import BackendDynamo

/// DynamoDB's control plane in several regions, as a transport: tables become active after some looks, replicas too, one
/// change is taken at a time, and errors come on demand.
final class ScriptedControlPlane: HTTPTransport {
    struct Replica: Hashable {
        var status = "CREATING"
        /// How many looks it takes until it is active, or gone.
        var looks = 2
        var reason: String?
    }

    struct Table: Hashable {
        var attributes: JSON
        var keys: JSON
        var indexes: JSON?
        var status = "CREATING"
        var looks = 2
        var billing = "PAY_PER_REQUEST"
        var view: String?
        var replicas: [Region: Replica] = [:]
        var timeToLive: (status: String, attribute: String)? {
            get { self.timeToLiveStatus.map { ($0, self.timeToLiveAttribute) } }
            set { (self.timeToLiveStatus, self.timeToLiveAttribute) = (newValue?.status, newValue?.attribute ?? "") }
        }
        private var timeToLiveStatus: String?
        private var timeToLiveAttribute = ""
        var isProtected = false
        var hasBackups = false
        /// Other members of the description.
        var more: [JSON.Member] = []

        init(_ body: JSON) {
            self.attributes = body["AttributeDefinitions"] ?? .null
            self.keys = body["KeySchema"] ?? .null
            self.indexes = body["GlobalSecondaryIndexes"]
            self.view = body["StreamSpecification"]?["StreamViewType"]?.text
        }
    }

    struct Call: Hashable, CustomStringConvertible {
        /// From 1 on.
        var number: Int
        var region: Region
        var operation: String
        var body: String

        var isChange: Bool { ["CreateTable", "UpdateTable", "UpdateTimeToLive"].contains(self.operation) }
        var description: String { "\(self.region) \(self.operation) \(self.body)" }
    }

    enum Fault: Sendable {
        /// Refused, and nothing done.
        case code(String, status: Int = 400, message: String = "No.")
        /// Done, and the answer is an error.
        case lost
        case failure(HTTPError.Kind, sent: Bool)
    }

    struct World {
        var tables: [Region: Table] = [:]
        var calls: [Call] = []
        var fault: @Sendable (Call) -> Fault? = { _ in nil }
        /// What a description shows instead, for so many looks after a change.
        var staleLooks = 0
        var stale: [Region: (description: JSON?, looks: Int)] = [:]
        /// Conditional writes that came without a condition.
        var writes = 0
    }

    private let world = Mutex(World())

    /// Reads or changes what is there.
    @discardableResult
    func with<Value: Sendable>(_ body: (inout World) -> Value) -> Value {
        self.world.withLock { body(&$0) }
    }

    var changes: [Call] { self.world.withLock { $0.calls.filter(\.isChange) } }

    func table(_ region: Region) -> Table? { self.world.withLock { $0.tables[region] } }

    func send(_ request: HTTPRequest, deadline: MonotonicInstant) async throws(HTTPError) -> HTTPResponse {
        let host = request.origin.text.split(separator: ".")
        let region = Region(host.count > 1 ? String(host[1]) : "")
        let operation = request.header("X-Amz-Target")?.split(separator: ".").last.map(String.init) ?? ""
        let (result, fault): ((Int, String), Fault?) = self.world.withLock { world in
            let call = Call(number: world.calls.count + 1, region: region, operation: operation, body: request.text)
            world.calls.append(call)
            let fault = world.fault(call)
            if case .code(let code, let status, let message) = fault {
                return (
                    (status, #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"\#(message)"}"#), nil
                )
            }
            if case .failure(_, sent: false) = fault { return ((0, ""), fault) }
            return (world.answer(call), fault)
        }
        switch fault {
        case .failure(let kind, let isSent): throw HTTPError(kind, mayHaveBeenSent: isSent, "It failed.")
        case .lost: return Self.response(500, #"{"__type":"InternalServerError","message":"Oh."}"#)
        case .code, nil: return Self.response(result.0, result.1)
        }
    }

    private static func response(_ status: Int, _ body: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: HTTPHeaders(block: Array("HTTP/1.1 \(status) \r\n\r\n".utf8)),
            body: Array(body.utf8),
            reusedConnection: true,
            sent: MonotonicInstant(nanoseconds: 0),
            received: MonotonicInstant(nanoseconds: 0)
        )
    }
}

extension ScriptedControlPlane.World {
    fileprivate mutating func answer(_ call: ScriptedControlPlane.Call) -> (Int, String) {
        let body = (try? JSONParser.parse(Array(call.body.utf8))) ?? .null
        switch call.operation {
        case "CreateTable": return self.create(call.region, body)
        case "PutItem", "UpdateItem", "DeleteItem": return self.write(body)
        case "TransactWriteItems":
            let code = #""CancellationReasons":[{"Code":"ConditionalCheckFailed"}]"#
            return (400, #"{"__type":"TransactionCanceledException","message":"x",\#(code)}"#)
        default: break
        }
        guard self.tables[call.region] != nil else { return Self.refusal("ResourceNotFoundException", "None.") }
        switch call.operation {
        case "DescribeTable": return self.describe(call.region)
        case "DescribeTimeToLive":
            let timeToLive = self.tables[call.region]?.timeToLive
            return Self.done([
                "TimeToLiveDescription": [
                    "TimeToLiveStatus": .string(timeToLive?.status ?? "DISABLED"),
                    "AttributeName": JSON(timeToLive) { .string($0.attribute) },
                ]
            ])
        case "DescribeContinuousBackups":
            let status = self.tables[call.region]?.hasBackups == true ? "ENABLED" : "DISABLED"
            return Self.done([
                "ContinuousBackupsDescription": [
                    "PointInTimeRecoveryDescription": ["PointInTimeRecoveryStatus": .string(status)]
                ]
            ])
        case "UpdateTimeToLive":
            let attribute = body["TimeToLiveSpecification"]?["AttributeName"]?.text ?? ""
            for region in self.group(of: call.region) { self.tables[region]?.timeToLive = ("ENABLING", attribute) }
            return Self.done([:])
        case "UpdateTable": return self.update(call.region, body)
        default: return Self.done([:])
        }
    }

    private static func done(_ document: JSON) -> (Int, String) { (200, "\(document)") }

    private static func refusal(_ code: String, _ message: String) -> (Int, String) {
        (400, #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"\#(message)"}"#)
    }

    private func group(of region: Region) -> [Region] {
        [region] + (self.tables[region]?.replicas.keys.map(\.self) ?? [])
    }

    private mutating func write(_ body: JSON) -> (Int, String) {
        guard body["ConditionExpression"] == nil else { return Self.refusal("ConditionalCheckFailedException", "No.") }
        self.writes += 1
        return Self.done([:])
    }

    private mutating func create(_ region: Region, _ body: JSON) -> (Int, String) {
        guard self.tables[region] == nil else { return Self.refusal("ResourceInUseException", "It exists.") }
        self.hide(region)
        self.tables[region] = ScriptedControlPlane.Table(body)
        return Self.done([:])
    }

    private mutating func update(_ region: Region, _ body: JSON) -> (Int, String) {
        guard let table = self.tables[region] else { return Self.done([:]) }
        guard table.status == "ACTIVE", !table.replicas.values.contains(where: { $0.status.hasSuffix("ING") }) else {
            return Self.refusal("ResourceInUseException", "It is being changed.")
        }
        self.hide(region)
        if let view = body["StreamSpecification"]?["StreamViewType"]?.text {
            self.tables[region]?.view = view
            self.tables[region]?.status = "UPDATING"
            self.tables[region]?.looks = 1
        }
        for change in body["ReplicaUpdates"]?.elements ?? [] {
            if let other = change["Create"]?["RegionName"]?.text.map({ Region($0) }) {
                guard self.tables[other] == nil, table.view == "NEW_AND_OLD_IMAGES" else {
                    return Self.refusal("ValidationException", "It exists as a table, or there is no stream.")
                }
                var copy = table
                copy.replicas = [region: ScriptedControlPlane.Replica(status: "ACTIVE", looks: 0)]
                for (peer, replica) in table.replicas where replica.status == "ACTIVE" {
                    copy.replicas[peer] = replica
                    self.tables[peer]?.replicas[other] = ScriptedControlPlane.Replica(status: "ACTIVE", looks: 0)
                }
                self.tables[other] = copy
                self.tables[region]?.replicas[other] = ScriptedControlPlane.Replica()
            }
            if let other = change["Delete"]?["RegionName"]?.text.map({ Region($0) }) {
                guard table.replicas[other] != nil else { return Self.refusal("ValidationException", "No replica.") }
                self.tables[other] = nil
                self.tables[region]?.replicas[other] = ScriptedControlPlane.Replica(status: "DELETING")
            }
        }
        return Self.done([:])
    }

    /// Lets descriptions lag behind a change.
    private mutating func hide(_ region: Region) {
        guard self.staleLooks > 0 else { return }
        self.stale[region] = (self.description(of: region), self.staleLooks)
    }

    /// One look: what is under way comes nearer to its end.
    private mutating func describe(_ region: Region) -> (Int, String) {
        if let (description, looks) = self.stale[region] {
            self.stale[region] = looks > 1 ? (description, looks - 1) : nil
            guard let description else { return Self.refusal("ResourceNotFoundException", "Not yet.") }
            return Self.done(["Table": description])
        }
        let description = self.description(of: region)
        guard var table = self.tables[region] else { return Self.done([:]) }
        if table.status.hasSuffix("ING") {
            table.looks -= 1
            if table.looks <= 0 { table.status = "ACTIVE" }
        }
        for (other, var replica) in table.replicas where replica.status.hasSuffix("ING") {
            replica.looks -= 1
            let isGone = replica.status == "DELETING"
            if replica.looks <= 0 { replica.status = "ACTIVE" }
            table.replicas[other] = replica.looks <= 0 && isGone ? nil : replica
        }
        self.tables[region] = table
        return Self.done(["Table": description ?? .null])
    }

    private func description(of region: Region) -> JSON? {
        guard let table = self.tables[region] else { return nil }
        var members: [JSON.Member] = [
            JSON.Member(name: "TableStatus", value: .string(table.status)),
            JSON.Member(name: "CreationDateTime", value: .number(1_700_000_000.5)),
            JSON.Member(name: "AttributeDefinitions", value: table.attributes),
            JSON.Member(name: "KeySchema", value: table.keys),
            JSON.Member(name: "BillingModeSummary", value: ["BillingMode": .string(table.billing)]),
            JSON.Member(name: "DeletionProtectionEnabled", value: .bool(table.isProtected)),
        ]
        if let indexes = table.indexes { members.append(JSON.Member(name: "GlobalSecondaryIndexes", value: indexes)) }
        if let view = table.view {
            let stream: JSON = ["StreamEnabled": .bool(true), "StreamViewType": .string(view)]
            members.append(JSON.Member(name: "StreamSpecification", value: stream))
        }
        let replicas = table.replicas.sorted { $0.key < $1.key }.map { other, replica in
            JSON.object(
                [
                    JSON.Member(name: "RegionName", value: .string(other.name)),
                    JSON.Member(name: "ReplicaStatus", value: .string(replica.status)),
                ]
                    + (replica.status == "CREATING"
                        ? [JSON.Member(name: "ReplicaStatusPercentProgress", value: "50")] : [])
                    + (replica.reason.map { [JSON.Member(name: "ReplicaStatusDescription", value: .string($0))] } ?? [])
            )
        }
        if !replicas.isEmpty, !table.more.contains(where: { $0.name == "GlobalTableVersion" }) {
            members.append(JSON.Member(name: "GlobalTableVersion", value: "2019.11.21"))
        }
        members.append(JSON.Member(name: "Replicas", value: .array(replicas)))
        return .object(members + table.more)
    }
}
