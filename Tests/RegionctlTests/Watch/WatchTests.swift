import BackendSQLite
import Foundation
import Testing

@Suite struct WatchTests {
    private let tool: Tool

    init() throws {
        self.tool = try Tool()
        let configuration = """
            {"table": {"name": "worksets", "partitionKey": "workset_id"},
             "regions": [{"name": "us-west-2", "backend": "sqlite:us-west-2.sqlite"},
                         {"name": "us-east-1", "backend": "sqlite:us-east-1.sqlite"}],
             "health": {"checkInterval": "200ms", "cooldown": "300ms", "failbackDelay": "300ms", "failbackSteps": "500ms"}}
            """
        try self.tool.write(configuration, to: "regionkit.json")
    }

    private func emulate(_ fault: SQLiteEmulation.Fault?) throws {
        try SQLiteEmulation(fault: fault.map { .init($0) })
            .save(for: self.tool.folder.appending(path: "us-west-2.sqlite").path)
    }

    @Test func `a fault set by another process is one line, so is each step back, and Ctrl-C ends it`() async throws {
        defer { self.tool.remove() }
        let watch = try RunningTool(self.tool, ["status", "--watch"])
        #expect(try await watch.wait(for: "\tus-west-2\thealthy, serves reads and writes\n"))
        try self.emulate(.outage)
        #expect(try await watch.wait(for: "\tus-west-2\tunhealthy\n"))
        #expect(try await watch.wait(for: "\tus-east-1\thealthy, serves reads and writes\n"))
        try self.emulate(nil)
        let steps = ["awaits its traffic", "reads 10 % back", "reads 50 % back", "healthy, serves reads and writes"]
        let hasReturned = try await watch.wait { text in
            let end = text.range(of: "\tus-west-2\tunhealthy\n").map { text[$0.upperBound...] } ?? ""
            let places = steps.map { step in
                end.split(separator: "\n").firstIndex { $0.contains("\tus-west-2\t") && $0.contains(step) }
            }
            return !places.contains(nil) && places.compactMap(\.self) == places.compactMap(\.self).sorted()
        }
        #expect(hasReturned, "\(watch.written)")
        #expect(await watch.end() == 130)
        #expect(!watch.written.contains("\u{1B}"))
    }

    @Test func `with --json each line is a document`() async throws {
        defer { self.tool.remove() }
        let watch = try RunningTool(self.tool, ["status", "--watch", "--json"])
        #expect(try await watch.wait { $0.split(separator: "\n").count >= 3 })
        #expect(await watch.end(SIGTERM) == 130)
        let documents = watch.written.split(separator: "\n").map { ("status", String($0)) }
        #expect(try await Schemas.problems(of: documents, self.tool) == [])
    }

    @Test func `H7 a region that hangs does not hold up what is shown`() async throws {
        defer { self.tool.remove() }
        let watch = try RunningTool(self.tool, ["status", "--watch", "--json"])
        #expect(try await watch.wait(for: "\"status\":\"healthy\""))
        try self.emulate(.hang)
        #expect(try await watch.wait(for: "\"status\":\"unhealthy\""))
        let (count, begin) = (watch.written.split(separator: "\n").count, ContinuousClock.now)
        #expect(try await watch.wait { $0.split(separator: "\n").count >= count + 5 })
        // A check that hangs takes two seconds.
        #expect(begin.duration(to: .now) < .seconds(9))
        #expect(await watch.end() == 130)
    }

    @Test(arguments: [([:], true), (["NO_COLOR": "1"], false)])
    func `a terminal is drawn in place and given back by Ctrl-C`(
        _ environment: [String: String],
        _ hasColour: Bool
    ) async throws {
        defer { self.tool.remove() }
        let watch = try RunningTool(self.tool, ["status", "--watch"], to: .terminal, environment: environment)
        #expect(try await watch.wait { $0.components(separatedBy: "\u{1B}[H").count > 3 && $0.contains("healthy") })
        #expect(await watch.end() == 130)
        #expect(try await watch.wait { $0.hasSuffix("\u{1B}[?25h\u{1B}[?1049l") })
        #expect(watch.written.hasPrefix("\u{1B}[?1049h\u{1B}[?25l"))
        #expect(!watch.written.contains("\u{1B}[2J"))
        #expect(watch.written.contains("\u{1B}[32m") == hasColour)
    }

    @Test func `a terminal is given back when a second signal ends the process at once`() async throws {
        defer { self.tool.remove() }
        let watch = try RunningTool(self.tool, ["status", "--watch"], to: .terminal)
        #expect(try await watch.wait(for: "healthy"))
        kill(watch.id, SIGINT)
        #expect(await watch.end() == 130)
        #expect(try await watch.wait { $0.hasSuffix("\u{1B}[?25h\u{1B}[?1049l") })
    }

    @Test func `a region that could not be opened is seen when it can be`() async throws {
        defer { self.tool.remove() }
        _ = try await self.tool.run("status")
        let file = self.tool.folder.appending(path: "us-west-2.sqlite")
        let good = try Data(contentsOf: file)
        var bytes = good
        bytes.replaceSubrange(100..<4096, with: repeatElement(0xFF, count: 3996))
        try bytes.write(to: file)
        let watch = try RunningTool(self.tool, ["status", "--watch"])
        #expect(try await watch.wait(for: "\tus-west-2\tunhealthy\n"))
        try good.write(to: file, options: .atomic)
        #expect(try await watch.wait(for: "\tus-west-2\thealthy, serves reads and writes\n"))
        #expect(await watch.end() == 130)
        #expect(watch.written.components(separatedBy: "\tus-east-1\thealthy, serves reads and writes\n").count == 2)
    }

    @Test func `a watch that nobody reads any more ends`() async throws {
        defer { self.tool.remove() }
        let watch = try RunningTool(self.tool, ["status", "--watch"], to: .pipe)
        #expect(try await watch.wait(for: "healthy"))
        watch.stopReading()
        #expect(await watch.end(0) == 0)
    }
}
