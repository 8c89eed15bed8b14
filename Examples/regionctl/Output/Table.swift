/// Rows and columns: aligned on a terminal, separated by tabs elsewhere.
struct Table {
    struct Cell: ExpressibleByStringLiteral {
        var text: String
        var style: Console.Style?

        init(_ text: String, _ style: Console.Style? = nil) {
            self.text = text
            self.style = style
        }

        init(stringLiteral value: String) {
            self.init(value)
        }
    }

    enum Alignment {
        case left
        case right
    }

    var columns: [(title: String, alignment: Alignment)]
    var rows: [[Cell]] = []
    /// The least width of each column, so that a table which is drawn again and again stands still.
    var minimums: [Int] = []

    func lines(for console: Console) -> [String] {
        guard console.isTerminal else { return self.all.map { $0.map(\.text).joined(separator: "\t") } }
        return self.aligned.map { $0.text(for: console) }
    }

    /// The lines with their columns below each other, the header first.
    var aligned: [Line] {
        let widths = self.columns.indices.map { column in
            max(
                self.all.map { $0[column].text.columns }.max() ?? 0,
                self.minimums.indices.contains(column) ? self.minimums[column] : 0
            )
        }
        let gap = widths.reduce(0, +) + 2 * (widths.count - 1) > Console.width ? " " : "  "
        return self.all.map { row in
            var line = Line([])
            for (column, cell) in row.enumerated() {
                let padding = Cell(String(repeating: " ", count: widths[column] - cell.text.columns))
                let isRight = self.columns[column].alignment == .right
                if column > 0 { line.cells.append(Cell(gap)) }
                line.cells += isRight ? [padding, cell] : column == row.count - 1 ? [cell] : [cell, padding]
            }
            return line
        }
    }

    private var all: [[Cell]] { [self.columns.map { Cell($0.title, .dim) }] + self.rows }
}
