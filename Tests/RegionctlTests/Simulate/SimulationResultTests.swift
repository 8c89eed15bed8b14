import RegionKitCore
import RegionKitTesting
import Testing

@testable import regionctl

@Suite struct SimulationResultTests {
    private static func cells(_ result: SimulationResult, row: Int = 0) -> [String: String] {
        result.tables(width: .max).reduce(into: [:]) { cells, table in
            for (column, cell) in zip(table.columns, table.rows[row]) { cells[column.title] = cell.text }
        }
    }

    @Test func `one seed gives plain figures`() {
        let cells = Self.cells(SimulationSample.result())
        #expect(
            cells == [
                "policy": "primary-first", "availability": "99.966 %", "errors": "16", "p50": "4.2 ms", "p99": "161 ms",
                "stale reads": "24", "conflicts": "2", "lost writes": "0", "extra load": "1.2 %",
                "route changes": "80", "failover": "2.4 s", "failback": "58 s", "violations": "0",
            ]
        )
    }

    @Test func `several seeds give the median, the least and the greatest`() {
        let result = SimulationSample.result(["primary-first", "latency"], seeds: 4) { report in
            report.failover = report.seed < 3 ? .seconds(Int(report.seed)) : nil
            if report.policy == "latency" { report.failback = nil }
        }
        let cells = Self.cells(result, row: 1)
        #expect(cells["policy"] == "latency")
        #expect(cells["errors"] == "19 (16–22)")
        #expect(cells["p50"] == "4.2 ms")
        #expect(cells["failover"] == "1.5 s (1 s–2 s)")
        #expect(cells["failback"] == "–")
    }

    @Test func `a single error does not read as none`() {
        let cells = Self.cells(
            SimulationSample.result { ($0.operations, $0.errors, $0.attempts) = (5_000_000, 1, 5_000_000) }
        )
        #expect(cells["availability"] == "99.999 %")
        #expect(Self.cells(SimulationSample.result { $0.errors = 480 })["availability"] == "99 %")
        #expect(Self.cells(SimulationSample.result { $0.errors = 0 })["availability"] == "100 %")
    }

    @Test func `the table has as many columns beside each other as fit`() {
        let result = SimulationSample.result(["primary-first", String(repeating: "fallback(", count: 9)], seeds: 3)
        let tables = result.tables(width: 80)
        #expect(tables.count > 1)
        #expect(tables.flatMap { $0.columns.dropFirst().map(\.title) } == SimulationMeasure.all.map(\.title))
        for table in tables {
            #expect(table.rows.map(\.count) == [table.columns.count, table.columns.count])
            for line in table.aligned { #expect(line.width <= 80) }
        }
        #expect(result.tables(width: .max).count == 1)
    }

    @Test(arguments: [(0, 0, ExitCode.done), (1, 0, .no), (0, 1, .no)])
    func `the exit code tells of promises and of lost writes`(_ violations: Int, _ lost: Int, _ code: ExitCode) {
        let result = SimulationSample.result(["primary-first", "latency"], seeds: 2) { report in
            guard report.policy == "latency", report.seed == 2 else { return }
            report.lostWrites = lost
            report.violations = (0..<violations).map { _ in .init(promise: "F1", time: .seconds(3), message: "late") }
        }
        #expect(result.exit == code)
    }

    @Test func `the verdict names policy, seed, promise and time, and is bounded`() {
        let result = SimulationSample.result(["latency"], seeds: 2) { report in
            guard report.seed == 2 else { return }
            (report.lostWrites, report.isConverged) = (3, false)
            report.violations = (0..<60).map { .init(promise: "F1", time: .seconds($0), message: "late\u{1B}") }
        }
        let lines = result.verdict.map(\.text)
        #expect(lines[0] == "latency: 3 acknowledged writes were lost, first with seed 2.")
        #expect(lines[1] == "latency: the regions differ at the end of 1 of 2 runs, first with seed 2.")
        #expect(lines[5] == "latency, seed 2: F1 at 3 s: late\u{1B}")
        #expect(lines.count == 53)
        #expect(lines[52] == "latency: 10 more; --json tells them all.")
        let good = SimulationSample.result().verdict.map(\.text)
        #expect(good == ["All promises were kept, and no acknowledged write was lost."])
    }

    @Test func `the document is as its schema says`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let good = SimulationSample.result(["primary-first", "latency"], seeds: 3)
        let bad = SimulationSample.result { report in
            (report.operations, report.errors, report.medianLatency, report.latency99) = (0, 0, nil, nil)
            (report.failover, report.failback, report.lostWrites, report.traceHash) = (nil, nil, 3, .max)
            report.violations = [.init(promise: "F1", time: .seconds(3), message: "late")]
        }
        let documents = [good, bad].map { ("simulate", "\($0.json)") }
        #expect(try await Schemas.problems(of: documents, tool) == [])
        let wrong = "\(good.json)".replacing("\"median\"", with: "\"mean\"")
        #expect(try await !Schemas.problems(of: [("simulate", wrong)], tool).isEmpty)
    }

    @Test func `the document has every figure of every run`() {
        let result = SimulationSample.result(seeds: 2) { report in
            report.errors = report.seed == 2 ? 1 : 0
            (report.operations, report.repeats) = (3_000_000, 0)
            report.violations = report.seed == 2 ? [.init(promise: "F1", time: .milliseconds(1500), message: "x")] : []
        }
        let text = "\(result.json)"
        for part in [
            "{\"scenario\":\"regional-outage\",\"regions\":[\"us-east-1\",\"us-west-2\",\"eu-west-1\"],\"seeds\":[1,2]",
            "\"errors\":{\"min\":0,\"median\":0.5,\"max\":1}",
            "\"failoverMs\":{\"min\":2400,\"median\":2400,\"max\":2400}",
            "\"errorCodes\":{\"deadlineExceeded\":12,\"unavailable\":20}",
            "\"violations\":[{\"seed\":2,\"promise\":\"F1\",\"ms\":1500,\"message\":\"x\"}]",
            "{\"seed\":2,\"traceHash\":\"0000000000000abc\",\"operations\":3000000,\"converged\":true,",
            "\"errors\":1,\"p50Ms\":4.2,\"p99Ms\":161,\"staleReads\":24,\"conflicts\":2,\"lostWrites\":0,\"extraLoad\":0,",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }
}
