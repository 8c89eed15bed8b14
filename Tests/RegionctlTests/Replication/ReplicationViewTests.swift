import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ReplicationViewTests {
    private static let console = Console(isJSON: false, isTerminal: true, usesColour: false)
    private static let wall: Int64 = 1_783_080_221_000

    private static func link(
        _ source: Region,
        _ target: Region,
        lag: Duration? = .zero,
        applied: Int = 0,
        failures: Int = 0,
        isHeld: Bool = false,
        isCut: Bool = false
    ) -> LinkStatus {
        LinkStatus(
            source: source,
            target: target,
            condition: LinkCondition(isCut: isCut),
            lag: lag,
            applied: applied,
            failures: failures,
            isHeld: isHeld
        )
    }

    private static var view: ReplicationView {
        var view = ReplicationView(title: "replication of worksets")
        view.links = [
            self.link("a", "b", applied: 12_345, isHeld: true), self.link("a", "c", lag: .seconds(3), failures: 2),
            self.link("b", "a"), self.link("b", "c", lag: nil, isCut: true),
        ]
        for number in 1...3 { view.happened(LogEntry(wallMilliseconds: Self.wall, text: "event \(number)")) }
        return view
    }

    private func text(_ view: ReplicationView, _ columns: Int, _ rows: Int) -> [String] {
        view.lines(Screen.Size(columns: columns, rows: rows), Self.wall).map { $0.text(for: Self.console) }
    }

    @Test func `each link has a row, and what happened stands below`() {
        #expect(
            self.text(Self.view, 48, 24) == [
                "replication of worksets                12:03:41Z",
                "",
                "link       lag  applied  ",
                "a → b     0 ms   12,345  at work",
                "a → c      3 s        0  failing",
                "b → a     0 ms        0  waiting",
                "b → c        –        0  cut",
                "",
                "12:03:41Z  event 1",
                "12:03:41Z  event 2",
                "12:03:41Z  event 3",
            ]
        )
    }

    @Test(arguments: [(10, "12:03:41Z  event 3", 10), (8, "", 8), (7, "1 more links", 7), (4, "4 more links", 4)])
    func `a small terminal shows the latest, and how much is missing`(_ rows: Int, _ last: String, _ count: Int) {
        let lines = self.text(Self.view, 80, rows)
        #expect(lines.count == count)
        #expect(lines.last == last)
    }

    @Test func `before the regions are open there is what happened`() {
        var view = ReplicationView(title: "t")
        view.happened(LogEntry(wallMilliseconds: Self.wall, text: "a: cannot be opened", style: .red))
        #expect(self.text(view, 20, 5) == ["t          12:03:41Z", "", "12:03:41Z  a: cannot be opened"])
    }
}
