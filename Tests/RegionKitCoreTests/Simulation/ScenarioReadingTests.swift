import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

/// Scenario files: what they say, and what is told of those that cannot be played.
@Suite struct ScenarioReadingTests {
    private static let document = """
        {
          "name": "all", "about": "Everything.", "duration": "10m", "regions": ["a", "b", "c"],
          "clients": [
            {"name": "here", "count": 3, "rate": 1.5, "latency": {"a": "2ms", "b": "70ms", "c": "80ms"}},
            {"name": "there", "count": 2, "rate": 2, "latency": {"a": "70ms", "b": "0.5ms", "c": "140ms"}}
          ],
          "load": {"reads": 0.5, "consistent": 1, "conditional": 0.25, "deletes": 0, "keys": 7, "affinities": 3},
          "replication": {"lag": "1s", "jitter": "0s"}, "connectionLife": "30s",
          "health": {"faultRatio": 0.15, "cooldown": "2s"}, "retry": {"budget": 10}, "deadline": "500ms",
          "faults": [
            {"kind": "outage", "in": "a", "at": "1m", "for": "30s", "clients": "here"},
            {"kind": "slow", "at": "0s", "by": "2s"}, {"kind": "errors", "in": "b", "at": "10m", "share": 0.2},
            {"kind": "clock-skew", "in": "c", "at": "1s", "by": "-30s"}, {"kind": "clock-skew", "at": "1s", "by": "30s"},
            {"kind": "link-lag", "in": "a", "to": "b", "at": "1s", "by": "1h"}, {"kind": "link-cut", "at": "1s"},
            {"kind": "client-restart", "at": "2m", "clients": "there"}, {"kind": "flapping", "at": "1s", "by": "3s"}
          ]
        }
        """

    private static func scenario(_ old: String = "", _ new: String = "") throws(ConfigurationError) -> Scenario {
        try Scenario(json: Array(Self.document.replacing(old, with: new, maxReplacements: 1).utf8))
    }

    private static func error(_ body: () throws(ConfigurationError) -> Scenario) -> ConfigurationError? {
        do throws(ConfigurationError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a scenario is read whole`() throws {
        let scenario = try Self.scenario()
        #expect(scenario.name == "all")
        #expect(scenario.about == "Everything.")
        #expect(scenario.duration == .seconds(600))
        #expect(scenario.regions == ["a", "b", "c"])
        let times: [Region: Duration] = ["a": .milliseconds(70), "b": .microseconds(500), "c": .milliseconds(140)]
        #expect(scenario.clients.last == Scenario.Clients("there", count: 2, rate: 2, latency: times))
        #expect(scenario.clients.first?.rate == 1.5)
        var load = Scenario.Load()
        (load.reads, load.consistent, load.conditional, load.deletes) = (0.5, 1, 0.25, 0)
        (load.keys, load.affinities) = (7, 3)
        #expect(scenario.load == load)
        #expect(scenario.replication == LinkCondition(lag: .seconds(1)))
        #expect(scenario.connectionLife == .seconds(30))
        #expect(scenario.configuration.health.faultRatio == 0.15)
        #expect(scenario.configuration.health.cooldown == .seconds(2))
        #expect(scenario.configuration.retry.budget == 10)
        #expect(scenario.configuration.attemptTimeout == .milliseconds(500))
        #expect(
            scenario.faults == [
                ScenarioFault(.outage, in: "a", at: .seconds(60), for: .seconds(30), clients: "here"),
                ScenarioFault(.slow(.seconds(2)), at: .zero),
                ScenarioFault(.errors(0.2), in: "b", at: .seconds(600)),
                ScenarioFault(.clockSkew(.seconds(-30)), in: "c", at: .seconds(1)),
                ScenarioFault(.clockSkew(.seconds(30)), at: .seconds(1)),
                ScenarioFault(.linkLag(.seconds(3600)), in: "a", to: "b", at: .seconds(1)),
                ScenarioFault(.linkCut, at: .seconds(1)),
                ScenarioFault(.clientRestart, at: .seconds(120), clients: "there"),
                ScenarioFault(.flapping(.seconds(3)), at: .seconds(1)),
            ]
        )
    }

    @Test func `what is left out is the default`() throws {
        let text = """
            {"name": "x", "duration": "1s", "regions": ["a"],
             "clients": [{"name": "c", "count": 1, "rate": 1, "latency": {"a": "1ms"}}]}
            """
        let scenario = try Scenario(json: Array(text.utf8))
        let plain = Scenario(name: "x", duration: .seconds(1), regions: ["a"], clients: [])
        #expect(scenario.about.isEmpty)
        #expect(scenario.load == plain.load)
        #expect(scenario.replication == plain.replication)
        #expect(scenario.connectionLife == plain.connectionLife)
        #expect(scenario.configuration == plain.configuration)
        #expect(scenario.faults.isEmpty)
    }

    @Test(arguments: [
        ("outage", ""), ("name-vanishes", ""), ("blackhole", ""), ("slow", "\"by\": \"1s\""),
        ("errors", "\"share\": 0.5"), ("read-only", ""), ("throttled", "\"share\": 1"),
        ("late-writes", "\"by\": \"1s\""), ("clock-skew", "\"by\": \"1s\""), ("flapping", "\"by\": \"1s\""),
        ("link-lag", "\"by\": \"1s\""), ("link-cut", ""), ("evacuation", ""), ("client-restart", ""),
    ])
    func `every kind of fault has a name`(_ name: String, _ value: String) throws {
        let text = "{\"kind\": \"\(name)\", \"at\": \"1s\"\(value.isEmpty ? "" : ", \(value)")}"
        let fault = try Self.scenario("{\"kind\": \"link-cut\", \"at\": \"1s\"}", text).faults[6]
        #expect(fault.kind.name == name)
    }

    @Test(arguments: [
        ("\"about\"", "\"abuot\"", "abuot", "unknown field; did you mean about?"),
        ("\"name\": \"all\", ", "", "name", "missing; needed is the scenario's name"),
        ("\"all\"", "7", "name", "found 7; allowed is a text"),
        ("\"10m\"", "\"-10m\"", "duration", "found \"-10m\"; allowed is a number with a unit (ms, s, m or h)"),
        ("\"10m\"", "\"0s\"", "duration", "found \"0s\"; allowed is above 0s and at most 24h"),
        ("\"10m\"", "\"25h\"", "duration", "found \"25h\"; allowed is above 0s and at most 24h"),
        ("\"10m\"", "600", "duration", "found 600; allowed is a number with a unit"),
        ("[\"a\", \"b\", \"c\"]", "[]", "regions", "found 0 regions; allowed is 1 to 16"),
        ("\"b\", \"c\"]", "\"b\", \"a\"]", "regions[2]", "a is listed twice; names must differ"),
        ("[\"a\", \"b\"", "[\"a\", \"B\"", "regions[1]", "found \"B\"; allowed is 1 to 63 of a-z"),
        ("\"count\": 3", "\"count\": 0", "clients[0].count", "found 0; allowed is 1 to 10000"),
        ("\"count\": 3", "\"count\": 2.5", "clients[0].count", "found 2.5; allowed is a whole number"),
        ("\"count\": 2", "\"count\": 9998", "clients[1].count", "these are 10001 clients with those before"),
        ("\"rate\": 1.5", "\"rate\": -1", "clients[0].rate", "found -1; allowed is 0.0001 to 10000"),
        ("\"rate\": 1.5", "\"rate\": 1e-99", "clients[0].rate", "allowed is 0.0001 to 10000"),
        ("\"rate\": 2,", "\"rate\": \"2\",", "clients[1].rate", "found \"2\"; allowed is a number"),
        ("\"rate\": 2,", "\"rate\": 5000,", "clients[1].rate", "6002700 operations with those before"),
        ("\"there\"", "\"here\"", "clients[1].name", "here is listed twice"),
        (", \"c\": \"140ms\"", "", "clients[1].latency.c", "missing; needed is a duration"),
        ("\"c\": \"140ms\"", "\"d\": \"140ms\"", "clients[1].latency.d", "unknown field"),
        ("\"0.5ms\"", "\"0ms\"", "clients[1].latency.b", "found \"0ms\"; allowed is above 0s"),
        ("\"reads\": 0.5", "\"reads\": 1.5", "load.reads", "found 1.5; allowed is a number from 0 to 1"),
        ("\"deletes\": 0,", "\"deletes\": 0.8,", "load", "1.05 together; allowed is at most 1"),
        ("\"keys\": 7", "\"keys\": 10001", "load.keys", "found 10001; allowed is 1 to 10000"),
        ("\"affinities\": 3", "\"affinities\": -1", "load.affinities", "found -1; allowed is 0 to 10000"),
        ("\"lag\": \"1s\"", "\"lag\": \"-1s\"", "replication.lag", "found \"-1s\""),
        ("\"jitter\"", "\"jiter\"", "replication.jiter", "did you mean jitter?"),
        ("Life\": \"30s\"", "Life\": \"10ms\"", "connectionLife", "found \"10ms\"; allowed is from 100ms to 24h"),
        ("\"faultRatio\": 0.15", "\"faultRatio\": 2", "health.faultRatio", "above 0 and at most 1"),
        ("\"budget\": 10", "\"bugdet\": 10", "retry.bugdet", "did you mean budget?"),
        ("\"500ms\"", "\"2h\"", "deadline", "at most 1 h"),
        ("\"outage\"", "\"outtage\"", "faults[0].kind", "did you mean \"outage\"?"),
        ("\"kind\": \"slow\", ", "", "faults[1].kind", "missing; needed is what happens"),
        ("\"in\": \"a\"", "\"in\": \"d\"", "faults[0].in", "found \"d\"; allowed is \"a\", \"b\", \"c\""),
        ("\"at\": \"1m\", ", "", "faults[0].at", "missing; needed is when it begins"),
        ("\"at\": \"1m\"", "\"at\": \"11m\"", "faults[0].at", "from 0s to the scenario's duration"),
        ("\"for\": \"30s\"", "\"for\": \"-30s\"", "faults[0].for", "found \"-30s\""),
        ("\"for\": \"30s\"", "\"for\": \"0s\"", "faults[0].for", "found \"0s\"; allowed is above 0s and at most 24h"),
        ("\"for\": \"30s\"", "\"fro\": \"30s\"", "faults[0].fro", "unknown field; did you mean for?"),
        ("\"clients\": \"here\"", "\"clients\": \"heer\"", "faults[0].clients", "did you mean \"here\"?"),
        ("\"clients\": \"here\"", "\"share\": 1", "faults[0].share", "of the kind outage has none; it takes kind, at"),
        ("\"by\": \"2s\"", "\"share\": 0.2", "faults[1].share", "of the kind slow has none"),
        (", \"by\": \"2s\"", "", "faults[1].by", "missing; needed is how long"),
        ("\"by\": \"2s\"", "\"by\": \"-2s\"", "faults[1].by", "found \"-2s\""),
        ("\"share\": 0.2", "\"share\": -0.2", "faults[2].share", "found -0.2; allowed is a number from 0 to 1"),
        ("\"-30s\"", "\"-0s\"", "faults[3].by", "found \"-0s\"; allowed is a number with a unit"),
        ("\"-30s\"", "\"-30\"", "faults[3].by", "for example \"30s\" or \"-30s\""),
        ("\"to\": \"b\"", "\"to\": \"a\"", "faults[5].to", "another region than the one in \"in\""),
        ("\"by\": \"3s\"", "\"by\": \"50ms\"", "faults[8].by", "found \"50ms\"; allowed is from 100ms to 24h"),
        ("\"faults\": [", "\"faults\": [7, ", "faults[0]", "found 7; allowed is an object with kind, in, to"),
        ("\"faults\": [", "\"faults\" [", "line 10, column 12", "a colon is expected"),
    ])
    func `a scenario that cannot be played names the place, what was found and what is allowed`(
        _ old: String,
        _ new: String,
        _ field: String,
        _ message: String
    ) {
        #expect(Self.document.contains(old))
        let error = Self.error { () throws(ConfigurationError) in try Self.scenario(old, new) }
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "accepted")")
    }

    @Test func `too many regions, groups and faults are refused`() {
        let many = { (count: Int, one: (Int) -> String) in (0..<count).map(one).joined(separator: ", ") }
        let regions = "[\(many(17) { "\"r\($0)\"" })]"
        let groups = many(101) {
            "{\"name\": \"g\($0)\", \"count\": 1, \"rate\": 1, \"latency\": {\"a\": \"1s\", \"b\": \"1s\", \"c\": \"1s\"}}"
        }
        let faults = many(1001) { _ in "{\"kind\": \"outage\", \"at\": \"1s\"}" }
        for (old, new, message) in [
            ("[\"a\", \"b\", \"c\"]", regions, "regions: found 17 regions; allowed is 1 to 16"),
            ("\"clients\": [", "\"clients\": [\(groups), ", "clients: found 103 groups; allowed is 1 to 100"),
            ("\"faults\": [", "\"faults\": [\(faults), ", "faults: found 1010 faults; allowed are at most 1000"),
        ] {
            let error = Self.error { () throws(ConfigurationError) in try Self.scenario(old, new) }
            #expect(error?.description == message)
        }
    }

    @Test func `a file that is none, or too large, is named`() throws {
        let folder = try TemporaryFolder()
        let huge = try folder.write(Self.document + String(repeating: " ", count: 1 << 20), to: "huge.json")
        let broken = try folder.write("{\"name\": ", to: "broken.json")
        for (path, message) in [
            ("\(folder.path)/none.json", "the file: there is none"),
            (folder.path, "the file: it cannot be read; it must be a regular file that this user may read"),
            (huge, "the document: it has more than 1 MiB"),
            (broken, "line 1, column 10: the document ends too early"),
        ] {
            let error = Self.error { () throws(ConfigurationError) in try Scenario.load(path) }
            #expect(error?.description == "\(path): \(message)")
        }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Examples/Scenarios").standardizedFileURL.path

    @Test func `the scenarios that come with the tool are read, and are of a moderate size`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
            .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json") }
        #expect(names.count == 8)
        for name in names {
            let scenario = try Scenario.load("\(Self.folder)/\(name)")
            #expect("\(scenario.name).json" == name)
            #expect(!scenario.faults.isEmpty)
            let rate = scenario.clients.reduce(0) { $0 + $1.rate * Double($1.count) }
            #expect(rate * scenario.duration.milliseconds / 1000 <= 100_000, "\(name)")
            #expect((10...200).contains(scenario.clients.reduce(0) { $0 + $1.count }), "\(name)")
        }
    }
}
