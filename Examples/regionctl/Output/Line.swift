/// One line for a terminal: pieces of text, each with a style.
struct Line {
    var cells: [Table.Cell]

    init(_ cells: [Table.Cell]) {
        self.cells = cells
    }

    init(_ text: String = "", _ style: Console.Style? = nil) {
        self.init([Table.Cell(text, style)])
    }

    /// A title, and the time at the right edge.
    static func header(_ title: String, _ clock: String, _ columns: Int) -> Line {
        let gap = String(repeating: " ", count: max(2, columns - title.columns - clock.columns))
        return Line([Table.Cell(title, .bold), Table.Cell(gap), Table.Cell(clock, .dim)])
    }

    /// How many columns it takes.
    var width: Int { self.cells.reduce(0) { $0 + $1.text.columns } }

    /// The line without what lies beyond a width, and a sign that something is missing.
    func cut(to width: Int) -> Line {
        guard self.width > width else { return self }
        var rest = max(0, width - 1)
        return Line(
            self.cells.map { cell in
                let text = cell.text.prefix(columns: rest)
                // Nothing follows a piece that was cut.
                rest = text.endIndex == cell.text.endIndex ? rest - text.columns : 0
                return Table.Cell(String(text), cell.style)
            } + [Table.Cell(width > 0 ? "…" : "", .dim)]
        )
    }

    /// The text, with colour where the console has it.
    func text(for console: Console) -> String {
        self.cells.map { $0.text.isEmpty ? "" : console.styled($0.text, $0.style) }.joined()
    }
}
