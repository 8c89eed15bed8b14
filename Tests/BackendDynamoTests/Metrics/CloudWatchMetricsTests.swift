import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct CloudWatchMetricsTests {
    private let time = ManualTime()
    private let credentials: CredentialCache

    init() {
        let keys = Credentials(accessKeyID: "AKID", secretAccessKey: Secret("canary-secret-0c2d"))
        self.credentials = CredentialCache(ExplicitCredentials(given: keys), time: self.time)
    }

    private func metrics(
        _ service: ScriptedService,
        _ change: (inout MetricsConfiguration) -> Void = { _ in }
    ) throws -> CloudWatchMetrics {
        var configuration = MetricsConfiguration()
        change(&configuration)
        return try CloudWatchMetrics("eu-west-1", self.credentials, nil, configuration, self.time, service)
    }

    private func report(_ metrics: CloudWatchMetrics, _ operation: String, _ duration: Duration = .milliseconds(2)) {
        let event = RegionEvent.Kind.attemptEnded("us-east-1", operation: operation, nil, duration)
        metrics.report(RegionEvent(event, at: self.time.now))
    }

    /// Runs for so many intervals and ends.
    private func run(
        _ metrics: CloudWatchMetrics,
        intervals: Int,
        before: @Sendable (Int) -> Void = { _ in }
    ) async {
        // Whoever waits for credentials sleeps as well, and no clock shall run ahead of them.
        _ = try? await self.credentials.credentials()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await metrics.run() }
            for interval in 0..<intervals {
                await self.time.waitForSleepers(1)
                before(interval)
                self.time.advance(by: .seconds(60))
            }
            await self.time.waitForSleepers(1)
            group.cancelAll()
        }
    }

    private func data(_ request: HTTPRequest) throws -> [[String: Any]] {
        let body = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        return try #require(body["MetricData"] as? [[String: Any]])
    }

    @Test func `O1 a flush is one signed request with all that was collected, once a minute`() async throws {
        let service = ScriptedService([])
        let metrics = try self.metrics(service) { $0.dimensions = ["Stage": "te\"st"] }
        for duration in [2, 2, 5] { self.report(metrics, "get", .milliseconds(duration)) }
        await self.run(metrics, intervals: 1) { _ in #expect(service.requests.isEmpty) }
        #expect(service.requests.count == 1 && metrics.losses == 0)
        let request = try #require(service.requests.first)
        #expect(request.origin.text == "https://monitoring.eu-west-1.amazonaws.com")
        #expect(request.header("X-Amz-Target") == "GraniteServiceVersion20100801.PutMetricData")
        #expect(request.header("Authorization")?.contains("/eu-west-1/monitoring/aws4_request") == true)
        #expect(
            request.text == #"{"Namespace":"RegionKit","MetricData":[{"MetricName":"RegionLatency","#
                + #""Dimensions":[{"Name":"Region","Value":"us-east-1"},{"Name":"Operation","Value":"get"},"#
                + #"{"Name":"Stage","Value":"te\"st"}],"Timestamp":1700000060,"Values":[2.016,4.992],"Counts":[2,1],"#
                + #""Unit":"Milliseconds"}]}"#
        )
    }

    @Test func `what came after the last flush is sent at the end`() async throws {
        let service = ScriptedService([])
        let metrics = try self.metrics(service)
        await self.run(metrics, intervals: 1)
        #expect(service.requests.isEmpty, "nothing is sent where there is nothing")
        self.report(metrics, "get")
        await self.run(metrics, intervals: 0)
        #expect(service.requests.count == 1)
    }

    @Test func `a request has at most 1,000 data, and a datum at most 150 values`() async throws {
        let service = ScriptedService([])
        let metrics = try self.metrics(service) { $0.maximumSeries = 2000 }
        for number in 0..<1500 { self.report(metrics, "operation-\(number)") }
        for number in 0..<10_000 { self.report(metrics, "get", .microseconds(100 + number * number / 10)) }
        await self.run(metrics, intervals: 1)
        let requests = try service.requests.map(self.data)
        #expect(requests.count == 2 && requests.allSatisfy { $0.count <= 1000 })
        let data = requests.flatMap(\.self)
        let sizes = data.compactMap { ($0["Values"] as? [Double])?.count }
        #expect(sizes.count == data.count && sizes.allSatisfy { (1...150).contains($0) })
        let counts = data.compactMap { $0["Counts"] as? [Int] }.flatMap(\.self)
        #expect(counts.reduce(0, +) == 11_500 && counts.count == sizes.reduce(0, +))
    }

    @Test func `a request has at most 1 MB`() async throws {
        let service = ScriptedService([])
        let metrics = try self.metrics(service) { configuration in
            for number in 0..<27 {
                configuration.dimensions["\(number)" + String(repeating: "n", count: 200)] =
                    String(repeating: "\\", count: 255)
            }
        }
        for number in 0..<200 { self.report(metrics, "operation-\(number)") }
        await self.run(metrics, intervals: 1)
        #expect(service.requests.count == 5)
        #expect(service.requests.allSatisfy { $0.body.count <= 1_000_000 })
        #expect(try service.requests.map { try self.data($0).count }.reduce(0, +) == 200)
    }

    @Test(arguments: [
        ScriptedService.Answer.failure(.connectFailed, sent: false), .failure(.connectionClosed, sent: true),
        .status(500, "{}"), .status(503, "<html>"), .status(400, #"{"__type":"Throttling"}"#),
        .status(403, #"{"__type":"AccessDeniedException"}"#),
    ])
    func `what could not be sent goes with the next flush, under its own time`(
        _ answer: ScriptedService.Answer
    ) async throws {
        let service = ScriptedService([answer])
        let metrics = try self.metrics(service)
        await self.run(metrics, intervals: 2) { self.report(metrics, $0 == 0 ? "get" : "put") }
        #expect(service.requests.count == 2 && metrics.losses == 0)
        let data = try self.data(try #require(service.requests.last))
        #expect(data.compactMap { $0["Timestamp"] as? Int } == [1_700_000_060, 1_700_000_120])
    }

    @Test func `while nothing can be sent the bound holds, and what is lost is counted`() async throws {
        let failure = ScriptedService.Answer.failure(.connectFailed, sent: false)
        let service = ScriptedService(Array(repeating: failure, count: 1000))
        let metrics = try self.metrics(service) { $0.maximumWaiting = 10 }
        await self.run(metrics, intervals: 100) { _ in self.report(metrics, "get") }
        // One request a minute, and one at the end.
        #expect(service.requests.count == 101)
        #expect(metrics.losses == 100, "what is left at the end is lost, too")
        #expect(try service.requests.allSatisfy { try self.data($0).count <= 11 })
    }

    @Test(arguments: [
        ScriptedService.Answer.status(400, #"{"__type":"com.amazonaws.cloudwatch#InvalidParameterValueException"}"#),
        .status(413, "too large"),
    ])
    func `what CloudWatch refuses is not sent again`(_ answer: ScriptedService.Answer) async throws {
        let service = ScriptedService([answer])
        let metrics = try self.metrics(service)
        for _ in 0..<3 { self.report(metrics, "get") }
        await self.run(metrics, intervals: 2)
        #expect(service.requests.count == 1 && metrics.losses == 3)
    }

    @Test(arguments: [
        ("us-east-1", "https://monitoring.us-east-1.amazonaws.com"),
        ("cn-north-1", "https://monitoring.cn-north-1.amazonaws.com.cn"),
    ])
    func `metrics go to the region's own endpoint`(_ region: String, _ expected: String) throws {
        #expect(try Endpoint.cloudWatch(in: region).url.description == expected)
    }

    @Test(
        arguments: [
            ("us-east-1", "http://192.168.1.10:8000"), ("us-east-1", "https://169.254.169.254"), ("evil.example/", nil),
        ] as [(String, String?)]
    )
    func `an endpoint that must not be reached is refused`(_ region: String, _ endpoint: String?) {
        let error = #expect(throws: ConfigurationError.self) {
            try CloudWatchMetrics(region: Region(region), credentials: self.credentials, endpoint: endpoint)
        }
        #expect(error?.field == "metrics.endpoint")
    }

    @Test func `a store tells of each region's health, and no description shows what metrics are signed with`()
        async throws
    {
        let service = ScriptedService([])
        let metrics = try self.metrics(service)
        let backends = [ScriptedBackend(), ScriptedBackend(.fail(BackendError(.notSent, .unavailable, "gone")))]
        let store = try MultiRegionStore(
            schema: TableSchema(name: "table", partitionKey: "id"),
            regions: zip(["us-east-1", "us-west-2"] as [Region], backends).map { RegionEndpoint($0, $1) },
            observers: [metrics],
            services: [metrics],
            time: self.time
        )
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.run() }
            while service.requests.count < 2 {
                await self.time.waitForSleepers(3)
                self.time.advance(by: .seconds(1))
                for _ in 0..<50 { await Task.yield() }
            }
            group.cancelAll()
        }
        let data = try self.data(service.requests[1])
        let health = data.filter { $0["MetricName"] as? String == "RegionHealth" }
        let regions = health.compactMap { ($0["Dimensions"] as? [[String: String]])?.first?["Value"] }
        #expect(regions.sorted() == ["us-east-1", "us-west-2"])
        let lowest = health.compactMap { ($0["Values"] as? [Double])?.min() }
        #expect(Dictionary(uniqueKeysWithValues: zip(regions, lowest)) == ["us-east-1": 2, "us-west-2": 0])
        var dumped = ""
        dump(metrics, to: &dumped)
        #expect(!dumped.contains("canary"))
        #expect(service.requests.allSatisfy { !$0.text.contains("canary") })
    }
}
