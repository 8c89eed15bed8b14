import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import regionctl

@Suite struct SimulationPictureTests {
    /// The picture as a document.
    private struct Picture {
        struct Text {
            let text: String
            let from: Double
            let to: Double
            let y: Double
            let size: Double

            func overlaps(_ other: Text) -> Bool {
                self.from < other.to && other.from < self.to && self.y - self.size < other.y
                    && other.y - other.size < self.y
            }
        }

        let svg: String
        let texts: [Text]
        let height: Double

        init(_ result: SimulationResult) throws {
            self.svg = result.picture.svg
            let pattern =
                /<text x="([0-9.-]+)" y="([0-9.-]+)" font-size="([0-9.]+)" text-anchor="([a-z]+)" fill="[#0-9A-F]+"( font-weight="bold")?>([^<]*)<\/text>/
            self.texts = try self.svg.matches(of: pattern).map { match in
                let text = String(match.6).replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
                let size = try #require(Double(match.3))
                let width = Drawing.width(of: text, size: size, isBold: match.5 != nil)
                let x = try #require(Double(match.1))
                let from = match.4 == "start" ? x : match.4 == "middle" ? x - width / 2 : x - width
                return Text(text: text, from: from, to: from + width, y: try #require(Double(match.2)), size: size)
            }
            let height = try #require(self.svg.firstMatch(of: /viewBox="0 0 1200 ([0-9.]+)"/))
            self.height = try #require(Double(height.1))
        }

        func has(_ text: String) -> Bool { self.texts.contains { $0.text == text } }
    }

    private static let faults: [ScenarioFault] = [
        ScenarioFault(.outage, in: "us-east-1", at: .seconds(300), for: .seconds(360)),
        ScenarioFault(.errors(0.2), in: "us-west-2", at: .seconds(310), for: .seconds(5), clients: "ireland"),
        ScenarioFault(.clockSkew(.seconds(-30)), in: "eu-west-1", at: .seconds(1190)),
        ScenarioFault(.linkLag(.seconds(180)), in: "us-east-1", to: "eu-west-1", at: .seconds(301)),
        ScenarioFault(.linkCut, at: .seconds(0), for: .seconds(1)), ScenarioFault(.clientRestart, at: .seconds(1200)),
    ]
    private static let many = (0..<300).map {
        ScenarioFault(.slow(.seconds(1)), in: "us-east-1", at: .seconds($0), for: .seconds(2))
    }
    private static let long = String(repeating: "fallback(sticky(primary-first), ", count: 30)

    private static let results: [(name: String, result: SimulationResult)] = [
        ("one", SimulationSample.result()),
        (
            "two",
            SimulationSample.result(["primary-first", "sticky(latency)"], of: SimulationSample.scenario(Self.faults))
        ),
        ("many faults", SimulationSample.result(of: SimulationSample.scenario(Self.many))),
        ("long names", SimulationSample.result([Self.long], of: Self.scenario(Self.long))),
        ("short", SimulationSample.result(of: SimulationSample.scenario([], duration: .seconds(1)))),
        ("a day", SimulationSample.result(of: SimulationSample.scenario(duration: .seconds(86_400)))),
        ("empty", SimulationSample.result { $0.timeline = [] }),
        ("no policy", SimulationResult(scenario: SimulationSample.scenario(), outcomes: [])),
    ]

    private static func scenario(_ name: String) -> Scenario {
        var scenario = SimulationSample.scenario()
        scenario.name = name
        scenario.about = String(repeating: name, count: 3)
        scenario.regions = (0..<16).map { Region("\(String(repeating: "x", count: 60))\($0)") }
        return scenario
    }

    @Test(arguments: Self.results) func `no text leaves the picture, hides another or is too small`(
        _ name: String,
        _ result: SimulationResult
    ) throws {
        let picture = try Picture(result)
        #expect(picture.texts.count > 5)
        #expect(picture.texts.count == picture.svg.ranges(of: "<text").count)
        for (index, text) in picture.texts.enumerated() {
            #expect(text.from >= 0 && text.to <= 1200 && text.y <= picture.height - 4, "\(text)")
            #expect(text.size >= 11)
            for other in picture.texts[..<index] where text.overlaps(other) {
                Issue.record("\(name): \(text) hides \(other)")
            }
        }
    }

    @Test(arguments: Self.results) func `the picture is XML, and its columns are bounded`(
        _ name: String,
        _ result: SimulationResult
    ) async throws {
        let svg = result.picture.svg
        let tool = try Tool()
        defer { tool.remove() }
        let program = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())"
        let outcome = try await tool.run(["-c", program], of: "/usr/bin/python3", input: svg)
        #expect(outcome.code == 0, "\(outcome.errors)")
        for path in svg.matches(of: /\ d="([^"]*)"/) { #expect(path.1.count { $0 == "V" } <= 601) }
        #expect(svg.ranges(of: "<rect").count <= 1500)
    }

    @Test func `title, policies, regions, faults and times are written`() throws {
        let picture = try Picture(Self.results[1].result)
        for text in [
            "regional-outage, seed 1", "primary-first", "sticky(latency)", "us-east-1", "us-west-2", "eu-west-1",
            "outage, us-east-1", "errors 20 %, us-west-2, clients ireland", "clock-skew −30 s, eu-west-1",
            "link-lag 3 min, us-east-1 → eu-west-1", "link-cut, all regions → all others", "client-restart",
            "0", "2 min", "20 min", "errors", "stale reads",
            "availability 99.966 % · errors 16 · failover 2.4 s · failback 58 s",
        ] {
            #expect(picture.has(text), "\(text)")
        }
    }

    @Test func `what has no room is counted`() throws {
        let picture = try Picture(Self.results[2].result)
        let bars = picture.texts.count { $0.text.hasPrefix("slow 1 s") }
        #expect(bars >= 12)
        #expect(picture.has("… and \(300 - bars) more"))
    }

    @Test func `a region is shown as unhealthy from and until when clients hold it so`() throws {
        let scenario = SimulationSample.scenario([], duration: .seconds(100))
        let result = SimulationSample.result(of: scenario) { report in
            for second in report.timeline.indices {
                report.timeline[second].unhealthy = [0, (25..<50).contains(second) ? 40 : second == 75 ? 1 : 0, 0]
            }
        }
        let bars = result.picture.svg.matches(
            of:
                /<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)" height="12" fill="#D55E00"( fill-opacity="([0-9.]+)")?\/>/
        )
        .filter { $0.1.hasPrefix("421") || $0.1.hasPrefix("924") }
        // A quarter of the way from 170 to 1176, and three quarters.
        #expect(bars.map { "\($0.1) \($0.2) \($0.4 ?? "1")" } == ["421.5 251.5 1", "924.5 10.1 0.05"])
    }

    @Test func `areas stand on each other, as high as their figures`() throws {
        let scenario = SimulationSample.scenario([], duration: .seconds(4))
        let result = SimulationSample.result(of: scenario) { report in
            for second in 0..<4 {
                report.timeline[second].served = [second < 2 ? 10 : 0, 5, 0]
                (report.timeline[second].errors, report.timeline[second].stale) = (0, second == 3 ? 2 : 0)
            }
        }
        let areas = result.picture.svg.matches(of: /<path d="(M[^"]*Z)" fill="(#[0-9A-F]+)"/).map { match in
            (fill: String(match.2), tops: match.1.matches(of: /V([0-9.]+)/).compactMap { Double($0.1) })
        }
        let blue = try #require(areas.first { $0.fill == "#0072B2" })
        let orange = try #require(areas.first { $0.fill == "#E69F00" })
        let base = try #require(blue.tops.last)
        // The scale ends at 20 and is 96 high.
        #expect(blue.tops == [base - 48, base, base])
        #expect(orange.tops == [base - 72, base - 24, base])
        let black = try #require(areas.first { $0.fill == "#000000" })
        #expect(black.tops.count == 3)
        #expect(black.tops[0] - black.tops[1] == 48)
    }

    @Test func `texts are escaped`() {
        var scenario = SimulationSample.scenario()
        scenario.name = "<script>alert('1 & 2')</script>\u{1B}\u{FFFF}\n\""
        let svg = SimulationSample.result(["</svg>"], of: scenario).picture.svg
        #expect(svg.contains("&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;\u{FFFD}\u{FFFD} &quot;, seed 1"))
        #expect(svg.contains(">&lt;/svg&gt;<"))
        #expect(svg.ranges(of: "</svg>").count == 1)
        #expect(!svg.contains("<script"))
    }

    @Test(arguments: [
        (1, [0, 1], "1 s"), (9, Array(0...9), "9 s"), (45, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45], "45 s"),
        (300, [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300], "5 min"),
        (1200, Array(stride(from: 0, through: 1200, by: 120)), "20 min"),
        (14_400, Array(stride(from: 0, through: 14_400, by: 1800)), "4 h"),
        (86_400, Array(stride(from: 0, through: 86_400, by: 10_800)), "24 h"),
    ])
    func `time axes have few marks at round times`(_ end: Int, _ marks: [Int], _ last: String) {
        #expect(Axis.times(to: end) == marks)
        #expect(Axis.label(seconds: marks.last ?? 0) == last)
    }

    @Test(arguments: [(0, 1), (0.03, 0.05), (0.1, 0.1), (1, 1), (1.2, 2), (4.9, 5), (51, 100), (100_001, 200_000)])
    func `scales end at round figures`(_ value: Double, _ top: Double) {
        #expect(abs(Axis.top(of: value) - top) < 1e-9)
    }

    @Test func `labels of times with several parts`() {
        #expect(Axis.label(seconds: 0) == "0")
        #expect(Axis.label(seconds: 90) == "1 min 30 s")
        #expect(Axis.label(seconds: 5400) == "1 h 30 min")
    }
}
