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

    func lines(for console: Console) -> [String] {
        let header = self.columns.map { Cell($0.title, .dim) }
        let all = [header] + self.rows
        guard console.isTerminal else { return all.map { $0.map(\.text).joined(separator: "\t") } }
        let widths = self.columns.indices.map { column in all.map { $0[column].text.count }.max() ?? 0 }
        let isWide = widths.reduce(0, +) + 2 * (widths.count - 1) > Console.width
        return all.map { row in
            let cells = row.indices.map { column in
                let (cell, isLast) = (row[column], column == row.count - 1)
                let padding = String(repeating: " ", count: widths[column] - cell.text.count)
                let text = console.styled(cell.text, cell.style)
                return self.columns[column].alignment == .right ? padding + text : isLast ? text : text + padding
            }
            return cells.joined(separator: isWide ? " " : "  ")
        }
    }
}
