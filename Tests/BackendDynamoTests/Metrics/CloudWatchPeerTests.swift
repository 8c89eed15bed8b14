import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

@Suite(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
struct CloudWatchPeerTests {
    /// The account's own: the peer's user may do nothing but use tables, as its refusals say once signatures are checked.
    private static let credentials = ExplicitCredentials(
        given: Credentials(accessKeyID: "test", secretAccessKey: Secret("test"))
    )

    @Test func `O1 another's CloudWatch takes the metrics and gives their statistics back`() async throws {
        let time = SystemTime()
        var configuration = MetricsConfiguration()
        configuration.namespace = "RegionKit/\(UUID().uuidString)"
        let metrics = try CloudWatchMetrics(
            region: "us-east-1",
            credentials: Self.credentials,
            endpoint: LocalPeer.endpoint,
            configuration: configuration
        )
        let events: [RegionEvent.Kind] =
            (1...300).map { .attemptEnded("us-east-1", operation: "get", nil, .milliseconds($0)) }
            + [.failedOver(.read, from: "us-east-1", to: "us-west-2", .notSent)]
        for event in events { metrics.report(RegionEvent(event, at: time.now)) }
        // One that is cancelled from the start sends what is left, and ends.
        let run = Task { await metrics.run() }
        run.cancel()
        await run.value
        #expect(metrics.losses == 0)

        let listed = try await self.call("ListMetrics", ["Namespace": configuration.namespace])
        let names = (listed["Metrics"] as? [[String: Any]])?.compactMap { $0["MetricName"] as? String } ?? []
        #expect(names.sorted() == ["FailoverCount", "RegionLatency"])
        let now = Double(time.wallMilliseconds) / 1000
        let answer = try await self.call(
            "GetMetricStatistics",
            [
                "Namespace": configuration.namespace, "MetricName": "RegionLatency", "Period": 3600,
                "StartTime": now - 3600, "EndTime": now + 3600,
                "Statistics": ["SampleCount", "Minimum", "Maximum", "Sum"],
                "Dimensions": [
                    ["Name": "Region", "Value": "us-east-1"], ["Name": "Operation", "Value": "get"],
                ],
            ]
        )
        let points = try #require(answer["Datapoints"] as? [[String: Any]])
        func total(_ name: String) -> Double { points.compactMap { $0[name] as? Double }.reduce(0, +) }
        #expect(total("SampleCount") == 300)
        #expect(abs(total("Sum") - 45_150) <= 45_150 / 64)
        #expect(points.compactMap { $0["Unit"] as? String } == ["Milliseconds"])
    }

    private func call(_ operation: String, _ body: [String: Any]) async throws -> [String: Any] {
        let client = try HTTPClient()
        let service = try ServiceClient(
            try Endpoint.cloudWatch(in: "us-east-1", override: LocalPeer.endpoint),
            service: "monitoring",
            credentials: CredentialCache(Self.credentials, time: SystemTime()),
            transport: client,
            time: SystemTime()
        )
        let answer = try await service.call(
            "GraniteServiceVersion20100801.\(operation)",
            Array(try JSONSerialization.data(withJSONObject: body)),
            .read,
            deadline: SystemTime().now.advanced(by: .seconds(10))
        )
        await client.shutdown()
        let json = try answer.get()
        return try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    }
}
