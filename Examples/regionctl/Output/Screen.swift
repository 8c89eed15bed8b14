internal import Foundation

/// The whole terminal, drawn again in place.
///
/// It uses the terminal's second screen and hides the cursor; both end on every way out that a signal leaves.
final class Screen: Sendable {
    /// Columns and rows.
    struct Size: Hashable {
        var columns = 80
        var rows = 24
    }

    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

    private let console: Console

    /// Takes the terminal over until ``close()``.
    init(_ console: Console) {
        self.console = console
        Interruption.takeTerminal(leave: { console.send(Self.leave) }, enter: { console.send(Self.enter) })
    }

    /// Gives the terminal back.
    func close() {
        Interruption.releaseTerminal()
    }

    /// How large the terminal is now; 80 × 24 where it does not say.
    var size: Size {
        var window = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0
        else { return Size() }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Shows lines in place of what stands there; what does not fit is cut.
    ///
    /// All is written at once, and nothing is cleared before it is overwritten, so that nothing flickers.
    func draw(_ lines: [Line]) {
        self.console.send(Self.frame(lines, self.size, self.console))
    }

    static func frame(_ lines: [Line], _ size: Size, _ console: Console) -> String {
        let rows = lines.prefix(size.rows).map { line in
            // After the last column there is nothing to erase, and some terminals would erase that column.
            let line = line.cut(to: size.columns)
            return line.text(for: console) + (line.width < size.columns ? "\u{1B}[K" : "")
        }
        return "\u{1B}[H" + rows.joined(separator: "\r\n") + (rows.count < size.rows ? "\r\n\u{1B}[J" : "")
    }
}
