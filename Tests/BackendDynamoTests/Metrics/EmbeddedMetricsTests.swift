import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendDynamo

struct EmbeddedMetricsTests {
    private final class Log: Sendable {
        private let state = Mutex<(lines: [String], isBroken: Bool)>(([], false))
        var lines: [String] { self.state.withLock { $0.lines } }
        func setBroken(_ isBroken: Bool) { self.state.withLock { $0.isBroken = isBroken } }

        @Sendable func write(_ line: String) throws {
            try self.state.withLock { state in
                if state.isBroken { throw CancellationError() }
                state.lines.append(line)
            }
        }
    }

    private let time = ManualTime()
    private let log = Log()

    /// What is written at the first flush after events.
    private func lines(of events: [RegionEvent.Kind], dimensions: [String: String] = [:]) async throws -> [String] {
        var configuration = MetricsConfiguration()
        configuration.dimensions = dimensions
        let metrics = try EmbeddedMetrics(configuration, time: self.time, write: self.log.write)
        for event in events { metrics.report(RegionEvent(event, at: self.time.now)) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await metrics.run() }
            await self.time.waitForSleepers(1)
            self.time.advance(by: .seconds(60))
            await self.time.waitForSleepers(1)
            defer { group.cancelAll() }
            return self.log.lines
        }
    }

    private static let events: [RegionEvent.Kind] =
        (0..<1000).map { .attemptEnded("us-east-1", operation: "get", nil, .microseconds(100 + 37 * $0)) }
        + Array(repeating: .failedOver(.read, from: "us-east-1", to: "us-west-2", .notSent), count: 7)
        + [
            .attemptEnded("us-east-1", operation: "put", .throttled, .milliseconds(2)),
            .healthSampled(
                RegionHealth(region: "us-east-1", reads: .healthy, writes: .healthy, replicationLag: .seconds(1))
            ),
        ]

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func `O1 a series is one line that names its metric, its dimensions and its values`() async throws {
        let lines = try await self.lines(
            of: [.attemptEnded("us-east-1", operation: "get", nil, .milliseconds(2))],
            dimensions: ["Stage": "te\"st"]
        )
        #expect(
            lines == [
                #"{"_aws":{"Timestamp":1700000060000,"CloudWatchMetrics":[{"Namespace":"RegionKit","#
                    + #""Dimensions":[["Region","Operation","Stage"]],"#
                    + #""Metrics":[{"Name":"RegionLatency","Unit":"Milliseconds"}]}]},"#
                    + #""Region":"us-east-1","Operation":"get","Stage":"te\"st","RegionLatency":[2.016]}"#
            ]
        )
    }

    @Test func `a line has at most 100 values, the least and the greatest among them, and failovers are a sum`()
        async throws
    {
        let lines = try await self.lines(of: Self.events)
        var found: [String: Any] = [:]
        for line in lines {
            let object = try self.object(line)
            for name in ["FailoverCount", "RegionHealth", "ReplicationLag"] where object[name] != nil {
                found[name] = object[name]
            }
            if object["Operation"] as? String == "get" { found["get"] = object["RegionLatency"] }
        }
        #expect(lines.count == 5 && lines.allSatisfy { !$0.contains("\n") && $0.utf8.count < 256 << 10 })
        #expect(found["FailoverCount"] as? Int == 7)
        #expect(found["RegionHealth"] as? [Int] == [2])
        #expect((found["ReplicationLag"] as? [Double])?.count == 1)
        let values = try #require(found["get"] as? [Double])
        #expect(values.count == 100 && values == values.sorted())
        let (least, greatest) = (try #require(values.first), try #require(values.last))
        #expect(least == 0.1 && abs(greatest - 37.063) <= 37.063 / 64)
        #expect(abs(values[50] - 18.7) <= 18.7 / 32, "the median stays")
    }

    @Test func `a line that could not be written is written at the next flush`() async throws {
        let metrics = try EmbeddedMetrics(time: self.time, write: self.log.write)
        let event = RegionEvent.Kind.attemptEnded("us-east-1", operation: "get", nil, .milliseconds(2))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await metrics.run() }
            await self.time.waitForSleepers(1)
            self.log.setBroken(true)
            metrics.report(RegionEvent(event, at: self.time.now))
            self.time.advance(by: .seconds(60))
            await self.time.waitForSleepers(1)
            #expect(self.log.lines.isEmpty)
            self.log.setBroken(false)
            self.time.advance(by: .seconds(60))
            await self.time.waitForSleepers(1)
            #expect(self.log.lines.count == 1 && self.log.lines[0].contains("1700000060000"))
            group.cancelAll()
        }
        #expect(self.log.lines.count == 1 && metrics.losses == 0)
    }

    @Test(.enabled(if: Vectors.exist, Comment(rawValue: Vectors.absence)))
    func `each line is what the public schema asks for`() async throws {
        let lines = try await self.lines(of: Self.events, dimensions: ["Stage": "test"])
        #expect(lines.count == 5)
        let schema = try Vectors.text("emf/emf.schema.json")
        #expect(try Self.problems(of: lines, schema) == "")
        let wrong = lines[0].replacing("Dimensions", with: "Dimension")
        #expect(try Self.problems(of: [wrong], schema).contains("'Dimensions' is a required property"))
    }

    /// What Debian's `python3-jsonschema` finds wrong with documents; Scripts/test installs it.
    private static func problems(of lines: [String], _ schema: String) throws -> String {
        let program = """
            import json, sys, jsonschema
            schema, lines = json.load(sys.stdin)
            for line in lines:
                for problem in jsonschema.Draft7Validator(json.loads(schema)).iter_errors(json.loads(line)):
                    print(problem.message[:200])
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", program]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: [schema, lines]))
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
