internal import RegionKitCore

/// An SVG picture in the making: all texts are escaped.
struct Drawing {
    enum Anchor: String {
        case start
        case middle
        case end
    }

    private var body: [String] = []

    mutating func rectangle(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        fill: String,
        opacity: Double = 1
    ) {
        let place =
            "x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" width=\"\(Self.text(width))\" height=\"\(Self.text(height))\""
        self.body.append("<rect \(place) fill=\"\(fill)\"\(Self.opacity(opacity))/>")
    }

    mutating func line(
        from start: (x: Double, y: Double),
        to end: (x: Double, y: Double),
        _ stroke: String,
        isDashed: Bool = false
    ) {
        let (from, to) = ("M\(Self.text(start.x)) \(Self.text(start.y))", "L\(Self.text(end.x)) \(Self.text(end.y))")
        let dashes = isDashed ? " stroke-dasharray=\"3 3\"" : ""
        self.body.append("<path d=\"\(from)\(to)\" stroke=\"\(stroke)\"\(dashes)/>")
    }

    /// The area between a baseline and steps, each of which ends where the next one begins.
    mutating func steps(_ tops: [Double], between edges: [Double], base: Double, fill: String, opacity: Double = 1) {
        guard tops.count > 0, edges.count == tops.count + 1 else { return }
        var path = "M\(Self.text(edges[0])) \(Self.text(base))"
        for (index, top) in tops.enumerated() where index == 0 || top != tops[index - 1] {
            if index > 0 { path += "H\(Self.text(edges[index]))" }
            path += "V\(Self.text(top))"
        }
        path += "H\(Self.text(edges[tops.count]))V\(Self.text(base))Z"
        self.body.append("<path d=\"\(path)\" fill=\"\(fill)\"\(Self.opacity(opacity))/>")
    }

    mutating func text(
        _ text: String,
        _ x: Double,
        _ y: Double,
        size: Double = 12,
        _ anchor: Anchor = .start,
        isBold: Bool = false,
        fill: String = "#000000"
    ) {
        let style = isBold ? " font-weight=\"bold\"" : ""
        let place = "x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" font-size=\"\(Self.text(size))\""
        self.body.append(
            "<text \(place) text-anchor=\"\(anchor.rawValue)\" fill=\"\(fill)\"\(style)>\(Self.escaped(text))</text>"
        )
    }

    func document(_ title: String, width: Double, height: Double) -> String {
        let size = "width=\"\(Self.text(width))\" height=\"\(Self.text(height))\""
        let box = "viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\""
        let font = "font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" \(size) \(box) \(font) role="img">
            <title>\(Self.escaped(title))</title>
            <rect width="100%" height="100%" fill="#FFFFFF"/>
            \(self.body.joined(separator: "\n"))
            </svg>

            """
    }

    /// About how wide a text is: rather too much than too little.
    static func width(of text: String, size: Double = 12, isBold: Bool = false) -> Double {
        Double(text.columns) * size * (isBold ? 0.62 : 0.57)
    }

    /// As much of a text as fits in a width.
    static func cut(_ text: String, to width: Double, size: Double = 12, isBold: Bool = false) -> String {
        guard self.width(of: text, size: size, isBold: isBold) > width else { return text }
        let columns = Int(width / self.width(of: "x", size: size, isBold: isBold))
        return text.prefix(columns: max(0, columns - 1)) + "…"
    }

    private static func text(_ number: Double) -> String { "\(JSON.number((number * 10).rounded() / 10))" }

    private static func opacity(_ value: Double) -> String {
        value < 1 ? " fill-opacity=\"\(JSON.number(value))\"" : ""
    }

    /// Text as XML has it; what XML cannot hold is replaced (https://www.w3.org/TR/xml/#charsets).
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}"..."\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
