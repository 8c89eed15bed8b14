import Testing

@testable import regionctl

@Suite struct LineTests {
    private static let line = Line([Table.Cell("abc", .red), Table.Cell("def"), Table.Cell("", .bold)])
    private static let plain = Console(isJSON: false, isTerminal: true, usesColour: false)
    private static let coloured = Console(isJSON: false, isTerminal: true, usesColour: true)

    @Test(arguments: [(7, "abcdef"), (6, "abcdef"), (5, "abcd…"), (3, "ab…"), (1, "…"), (0, ""), (-1, "")])
    func `a line that is too long is cut, and shows it`(_ width: Int, _ text: String) {
        #expect(Self.line.cut(to: width).text(for: Self.plain) == text)
        #expect(Self.line.cut(to: width).width <= max(0, width))
    }

    @Test func `a piece has its colour, and nothing else has`() {
        #expect(Self.line.text(for: Self.coloured) == "\u{1B}[31mabc\u{1B}[0mdef")
    }

    @Test func `a table that is drawn again keeps its columns where they are`() {
        var table = Table(columns: [("a", .left), ("b", .right)], rows: [["x", "1"]], minimums: [4, 3])
        #expect(table.aligned.map { $0.text(for: Self.plain) } == ["a       b", "x       1"])
        table.rows = [["xyz", "100"]]
        #expect(table.aligned.map { $0.text(for: Self.plain) } == ["a       b", "xyz   100"])
    }

    @Test func `a screen is overwritten from its first place on, line by line, and never cleared before`() {
        let size = Screen.Size(columns: 5, rows: 3)
        let lines = [Line("ab"), Line("abcdefg")]
        #expect(Screen.frame(lines, size, Self.plain) == "\u{1B}[Hab\u{1B}[K\r\nabcd…\r\n\u{1B}[J")
        #expect(
            Screen.frame(lines + lines, size, Self.plain) == "\u{1B}[Hab\u{1B}[K\r\nabcd…\r\nab\u{1B}[K",
            "what is below the last row would make the terminal scroll"
        )
    }

    @Test func `epoch milliseconds are shown in UTC`() {
        #expect(Int64(1_783_080_221_999).timestamp == "2026-07-03T12:03:41Z")
        #expect(Int64(1_783_080_221_999).clock == "12:03:41Z")
    }
}
