/// A policy's text that cannot be read: what is wrong, and where.
public struct PolicyTextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what is allowed.
    public var message: String
    /// The text.
    public var text: String
    /// Where in the text, in Unicode scalars from 0; the text's length when something is missing at its end.
    public var offset: Int

    /// Creates an error.
    public init(_ message: String, text: String, offset: Int) {
        self.message = message
        self.text = text
        self.offset = offset
    }

    /// The message, and below it the text with a caret under the place; of a long text the part around it.
    public var description: String {
        let scalars = Array(self.text.unicodeScalars)
        let place = min(max(0, self.offset), scalars.count)
        let start = max(0, place - 50)
        let end = min(scalars.count, place + 30)
        var line = String.UnicodeScalarView()
        for scalar in scalars[start..<end] {
            // What would break the line or act on a terminal.
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        let (before, after) = (start > 0 ? "…" : "", end < scalars.count ? "…" : "")
        let caret = String(repeating: " ", count: place - start + before.count) + "^"
        return "\(self.message), at character \(place + 1):\n  \(before)\(String(line))\(after)\n  \(caret)"
    }
}
