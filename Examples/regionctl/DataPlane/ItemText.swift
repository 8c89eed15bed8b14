internal import RegionKitCore

/// An item for people: a line for each attribute with its type and value, key attributes first.
///
/// Values are written as `update --set NAME:TYPE=VALUE` takes them.
struct ItemText {
    private static let widestName = 24

    let schema: TableSchema
    let console: Console

    func lines(_ item: Item) -> [String] {
        let keys = [self.schema.partitionKey.name, self.schema.sortKey?.name].compactMap(\.self)
        let others = item.keys.filter { !keys.contains($0) }.sorted { $0.precedesInBytes($1) }
        let rows = (keys + others).compactMap { name in item[name].map { (name: name.visible, value: $0) } }
        let width = min(Self.widestName, rows.map(\.name.columns).max() ?? 0)
        let indent = width + 8
        return rows.flatMap { name, value in
            // A long name has lines of its own.
            let isLong = name.columns > width
            let names = isLong ? name.cut(to: Console.width - 8) : [name.padded(to: width)]
            let kind = self.console.styled(value.kind.rawValue.padded(to: 4), .dim)
            let pieces = value.text.visible.cut(to: Console.width - indent)
            let heads = names.map { self.console.styled($0, .bold) }
            let first = "\(heads[heads.count - 1])  \(kind)"
            let space = String(repeating: " ", count: indent)
            let rest = pieces.dropFirst(isLong ? 0 : 1).map { space + $0 }
            return heads.dropLast() + [isLong ? first : "\(first)  \(pieces[0])"] + rest
        }
    }
}

extension String {
    /// The text with what a terminal would obey, or not show, escaped.
    var visible: String { self.escaped(except: "") }

    /// A message of several lines with what a terminal would obey, or not show, escaped.
    var harmless: String { self.escaped(except: "\n\t") }

    private func escaped(except kept: String) -> String {
        self.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar.properties.generalCategory {
            case _ where kept.unicodeScalars.contains(scalar): text.unicodeScalars.append(scalar)
            case .control, .format, .lineSeparator, .paragraphSeparator:
                text += scalar == "\n" ? "\\n" : scalar == "\t" ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// The text in pieces of a width; one that is empty for an empty text.
    fileprivate func cut(to width: Int) -> [String] {
        var (pieces, rest) = ([String](), self[...])
        while let first = rest.first {
            // A character that is wider than all the room still has to stand somewhere.
            let piece = rest.prefix(columns: max(width, String(first).columns))
            pieces.append(String(piece))
            rest = rest[piece.endIndex...]
        }
        return pieces.isEmpty ? [""] : pieces
    }
}
