import BackendSQLite
import Foundation
import RegionKitCore
import Testing

@testable import regionctl

@Suite struct FaultTests {
    private func emulation(_ region: String, _ tool: Tool) throws -> SQLiteEmulation? {
        try SQLiteEmulation.load(for: tool.folder.appending(path: "data/\(region).sqlite").path)
    }

    @Test(arguments: [
        ("outage", SQLiteEmulation.Fault.outage), ("read-only", .readOnly), ("slow", .slow(.seconds(1))),
        ("slow=500ms", .slow(.milliseconds(500))), ("throttled", .throttled), ("ambiguous", .ambiguous),
        ("hang", .hang), ("clear", nil),
    ])
    func `modes are read`(_ text: String, _ fault: SQLiteEmulation.Fault?) throws {
        #expect(try Fault.region(text) == fault)
    }

    @Test(arguments: [
        ("cut", LinkCondition(isCut: true)), ("lag=2s", LinkCondition(lag: .seconds(2))),
        ("lag=1s,jitter=10ms", LinkCondition(lag: .seconds(1), jitter: .milliseconds(10))), ("clear", nil),
    ])
    func `states of links are read`(_ text: String, _ condition: LinkCondition?) throws {
        #expect(try Fault.link(text) == condition)
    }

    @Test(arguments: ["", "slow=", "slow=0s", "slow=25h", "slow=-1s", "outage=1s", "Outage", "slow=1s=2s"])
    func `other modes are refused`(_ text: String) {
        #expect(throws: Failure.self) { try Fault.region(text) }
    }

    @Test(arguments: ["", "lag", "lag=", "lag=25h", "cut=1", "cut,", "lag=1s,clear", "jitter=x"])
    func `other states are refused`(_ text: String) {
        #expect(throws: Failure.self) { try Fault.link(text) }
    }

    @Test func `a region's fault and its links are set and cleared one by one`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        // Nothing was opened yet.
        #expect(try await tool.run(line: "fault us-west-2 outage").code == 0)
        #expect(!tool.exists("data/us-west-2.sqlite"))
        try await tool.run(line: "fault --link us-west-2:us-east-1 lag=2s")
        let both = try self.emulation("us-west-2", tool)
        #expect(both?.fault?.value == .outage)
        #expect(both?.links["us-east-1"]?.value.lag == .seconds(2))
        try await tool.run(line: "fault us-west-2 clear")
        let link = try self.emulation("us-west-2", tool)
        #expect(link?.fault == nil)
        #expect(link?.links.count == 1)
        let outcome = try await tool.run(line: "fault --link us-west-2:us-east-1 clear")
        #expect(outcome.output == "us-west-2: no fault\n")
        #expect(try self.emulation("us-west-2", tool) == nil)
    }

    @Test func `a fault ends by itself`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let before = SystemTime().wallMilliseconds
        try await tool.run(line: "fault us-west-2 outage --for 30s")
        let end = try #require(try self.emulation("us-west-2", tool)?.fault?.endMilliseconds)
        #expect((before + 30_000...before + 40_000).contains(end))
        try await tool.run(line: "fault us-west-2 outage --for 1ms")
        #expect(try await tool.run(line: "put k --item {} --region us-west-2").code == 0)
    }

    @Test(arguments: [
        (Int64.min, ", over by now"), (0, ", over by now"), (61_000, ", 60 s more"), (.max, " h more"),
    ])
    func `a fault may end at any time`(_ end: Int64, _ text: String) {
        for wall in [Int64(1000), -1000] where wall > 0 || end == .max || end == .min {
            let emulation = SQLiteEmulation(fault: SQLiteEmulation.Timed(.outage, endMilliseconds: end))
            let report = FaultReport(region: "us-west-2", emulation: emulation, wallMilliseconds: wall)
            #expect(report.lines[0].hasSuffix(text), "\(report.lines)")
        }
    }

    @Test func `of commands at once none undoes what another does`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let peers = (1...8).map { "r\($0)" }
        try tool.configure(regions: ["us-west-2"] + peers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for peer in peers { group.addTask { try await tool.run(line: "fault --link us-west-2:\(peer) cut") } }
            try await group.waitForAll()
        }
        #expect(try self.emulation("us-west-2", tool)?.links.count == 8)
        let notes = try await tool.run(line: "status --json").names("notes") ?? []
        let note = "us-west-2 to r1: cut; `regionctl fault --link us-west-2:r1 clear` ends that."
        #expect(notes.contains(note), "\(notes)")
    }

    @Test func `what cannot be read as a control file is replaced by clear alone`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "scan")
        try tool.write("?", to: "data/us-west-2.sqlite-faults.json")
        let note = try await tool.run(line: "scan")
        #expect(note.errors.contains("us-west-2.sqlite-faults.json is no control file"))
        #expect(try await tool.run(line: "fault us-west-2 outage").code == 2)
        #expect(try await tool.run(line: "fault us-west-2 clear").code == 0)
        #expect(!tool.exists("data/us-west-2.sqlite-faults.json"))
    }
}
