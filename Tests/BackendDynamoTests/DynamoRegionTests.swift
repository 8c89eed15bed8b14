import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendDynamo

struct DynamoRegionTests {
    private static let schema = TableSchema(name: "orders", partitionKey: "id")
    private static let secret = "canary-secret-1f6b"
    private static let token = "canary-token-77aa"

    /// Gives other credentials each time it is asked.
    private final class Rotating: CredentialProvider {
        let name = "rotating"
        private let count = Mutex(0)

        func credentials() async throws(CredentialError) -> Credentials {
            let number = self.count.withLock { count in
                count += 1
                return count
            }
            return Credentials(
                accessKeyID: "AKID\(number)",
                secretAccessKey: Secret(DynamoRegionTests.secret),
                sessionToken: Secret("\(DynamoRegionTests.token)-\(number)")
            )
        }
    }

    private let time = ManualTime()

    private func region(_ service: ScriptedService) throws -> DynamoRegion {
        let cache = CredentialCache(Rotating(), time: self.time)
        return try DynamoRegion("eu-west-1", Self.schema, cache, DynamoRegion.Configuration(), self.time, service)
    }

    private func context(_ operation: OperationID = OperationID(high: 1, low: 2)) -> AttemptContext {
        AttemptContext(deadline: self.time.now.advanced(by: .seconds(1)), operation: operation, time: self.time)
    }

    private func failure(
        of request: BackendRequest,
        _ answer: ScriptedService.Answer
    ) async throws -> BackendError {
        let region = try self.region(ScriptedService([answer]))
        do throws(BackendError) {
            _ = try await region.perform(request, in: self.context())
        } catch {
            return error
        }
        throw BackendError(.rejected, .validation, "It succeeded.")
    }

    @Test func `a read is signed for its region and sent to its endpoint`() async throws {
        let service = ScriptedService([.status(200, #"{"Item":{"id":{"S":"a"},"n":{"N":"1"}}}"#)])
        let answer = try await self.region(service).perform(.get("a", .consistent), in: self.context())
        #expect(answer == .item(GetResult(item: ["id": "a", "n": 1])))
        let request = try #require(service.requests.first)
        #expect(request.origin.text == "https://dynamodb.eu-west-1.amazonaws.com")
        #expect(request.header("X-Amz-Target") == "DynamoDB_20120810.GetItem")
        #expect(request.header("X-Amz-Security-Token") == "\(Self.token)-1")
        #expect(request.header("Authorization")?.contains("/eu-west-1/dynamodb/aws4_request") == true)
        #expect(request.text.contains(#""ConsistentRead":true"#))
    }

    @Test(arguments: [
        (HTTPError.Kind.nameNotResolved, false, FailureClass.notSent), (.connectFailed, false, .notSent),
        (.connectTimedOut, false, .notSent), (.tlsFailed, false, .notSent), (.addressRefused, false, .notSent),
        (.timedOut, false, .notSent), (.timedOut, true, .unknownOutcome), (.connectionClosed, true, .unknownOutcome),
        (.sendFailedRewind, true, .unknownOutcome), (.badAnswer, true, .unknownOutcome),
        (.tooLarge, true, .unknownOutcome), (.overloaded, false, .overloaded), (.local, false, .overloaded),
    ])
    func `F2 what a transfer that failed means for a write`(
        _ kind: HTTPError.Kind,
        _ isSent: Bool,
        _ expected: FailureClass
    ) async throws {
        let write = BackendRequest.write(.put(["id": "a"]))
        #expect(try await self.failure(of: write, .failure(kind, sent: isSent)).failure == expected)
    }

    @Test func `F2 an answer that cannot be read leaves a write open and sends a read elsewhere`() async throws {
        for body in ["<html>", "{\"Item\":", "[]"] {
            let write = try await self.failure(of: .write(.put(["id": "a"], if: nil)), .status(200, body))
            #expect(write.failure == .unknownOutcome)
            let read = try await self.failure(of: .get("a", .eventual), .status(200, body))
            #expect(read.failure == .unavailable)
        }
        let wrong = ScriptedService.Answer.status(200, "{}", headers: ["x-amz-crc32": "1"])
        #expect(try await self.failure(of: .get("a", .eventual), wrong).failure == .unavailable)
    }

    @Test func `a request that was refused for the clock is signed anew, once, with the server's time`() async throws {
        let refusal = ScriptedService.Answer.status(
            400,
            #"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}"#,
            headers: ["Date": "Tue, 14 Nov 2023 23:13:20 GMT"]
        )
        let service = ScriptedService([refusal, .status(200, "{}")])
        let region = try self.region(service)
        _ = try await region.perform(.get("a", .eventual), in: self.context())
        #expect(service.requests.map { $0.header("X-Amz-Date") } == ["20231114T221320Z", "20231114T231320Z"])
        let again = ScriptedService([refusal, refusal, .status(200, "{}")])
        await #expect(throws: BackendError.self) {
            _ = try await self.region(again).perform(.get("a", .eventual), in: self.context())
        }
        #expect(again.requests.count == 2)
    }

    @Test func `a token that ended early is fetched anew, once`() async throws {
        let refusal = ScriptedService.Answer.status(400, #"{"__type":"x#ExpiredTokenException","message":"expired"}"#)
        let service = ScriptedService([refusal, .status(200, "{}")])
        _ = try await self.region(service).perform(.get("a", .eventual), in: self.context())
        #expect(service.requests.map { $0.header("X-Amz-Security-Token") } == ["\(Self.token)-1", "\(Self.token)-2"])
        let stubborn = ScriptedService([refusal, refusal, .status(200, "{}")])
        let error = await #expect(throws: BackendError.self) {
            _ = try await self.region(stubborn).perform(.get("a", .eventual), in: self.context())
        }
        #expect(stubborn.requests.count == 2)
        #expect(error?.failure == .rejected)
        #expect("\(error as Any)".contains("canary") == false)
    }

    @Test func `what a batch left undone is asked for again`() async throws {
        let left =
            #"{"Responses":{"orders":[{"id":{"S":"a"}}]},"UnprocessedKeys":{"orders":{"Keys":[{"id":{"S":"b"}}]}}}"#
        let rest = #"{"Responses":{"orders":[{"id":{"S":"b"}}]}}"#
        let service = ScriptedService([.status(200, "{}"), .status(200, left), .status(200, rest)])
        let region = try self.region(service)
        // With credentials at hand nothing sleeps but the pause before the second round.
        _ = try await region.perform(.get("a", .eventual), in: self.context())
        let context = self.context()
        let answer = try await self.time.flowing {
            try await region.perform(.batchGet(["a", "b", "c"], .eventual), in: context)
        }
        #expect(answer == .items([GetResult(item: ["id": "a"]), GetResult(item: ["id": "b"]), GetResult(item: nil)]))
        #expect(service.requests.count == 3)
        #expect(service.requests.last?.text.contains("\"a\"") == false)
    }

    @Test func `writes bear the version that the caller is told, and versions of one region rise`() async throws {
        let service = ScriptedService([])
        let region = try self.region(service)
        var versions: [Version] = []
        for name in ["a", "b"] {
            let answer = try await region.perform(.write(.put(["id": .string(name)])), in: self.context())
            if case .written(let result) = answer, let version = result.version { versions.append(version) }
        }
        #expect(versions.count == 2 && versions[0] < versions[1])
        #expect(service.requests.allSatisfy { $0.text.contains("\"_rk\":{\"B\":") })
    }

    static let writeProbes: [(ScriptedService.Answer, Bool?)] = [
        (.status(400, #"{"__type":"x#ConditionalCheckFailedException"}"#), true), (.status(200, "{}"), true),
        (.status(400, #"{"__type":"x#AccessDeniedException"}"#), nil),
        (.status(400, #"{"__type":"x#ThrottlingException"}"#), nil),
        (.status(500, #"{"__type":"x#InternalServerError"}"#), false), (.status(503, "<html>"), false),
        (.failure(.connectionClosed, sent: true), false), (.failure(.overloaded, sent: false), nil),
    ]

    @Test(arguments: DynamoRegionTests.writeProbes)
    func `H12 a probe reads, and tries a write that never does anything`(
        _ answer: ScriptedService.Answer,
        _ expected: Bool?
    ) async throws {
        let service = ScriptedService([.status(200, "{}"), answer])
        #expect(try await self.region(service).probe(in: self.context()).writable == expected)
        let operations = service.requests.map { $0.header("X-Amz-Target")?.split(separator: ".").last }
        #expect(operations == ["GetItem", "PutItem"])
        let write = try #require(service.requests.last?.text)
        let condition = #""ConditionExpression":"attribute_exists(#0) AND attribute_not_exists(#0)""#
        #expect(write.contains(condition), "\(write)")
        let silent = ScriptedService([.failure(.connectTimedOut, sent: false)])
        await #expect(throws: BackendError.self) { try await self.region(silent).probe(in: self.context()) }
        #expect(silent.requests.count == 1)
    }

    @Test func `no description of a region shows what it signs with`() async throws {
        let region = try self.region(ScriptedService([]))
        _ = try await region.perform(.get("a", .eventual), in: self.context())
        var dumped = ""
        dump(region, to: &dumped)
        #expect(!dumped.contains("canary") && !"\(region)".contains("canary"))
    }

    @Test func `an endpoint that is not this machine's must be secure`() {
        var configuration = DynamoRegion.Configuration()
        configuration.endpoint = "http://192.168.1.10:8000"
        let error = #expect(throws: ConfigurationError.self) {
            try DynamoRegion(
                "eu-west-1",
                schema: Self.schema,
                credentials: ExplicitCredentials(given: nil),
                configuration: configuration
            )
        }
        #expect(error?.field == "regions.eu-west-1.endpoint")
    }
}
