/// The texts of elements in a flat XML answer, such as those of the security token service.
struct XMLText {
    private let text: String

    init(_ bytes: [UInt8]) {
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The text of the first element of a name; nil when there is none or it holds further elements.
    subscript(name: String) -> String? {
        guard let start = self.text.firstRange(of: "<\(name)>"),
            let end = self.text[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        let content = self.text[start.upperBound..<end.lowerBound]
        guard !content.contains("<") else { return nil }
        return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            .reduce(String(content)) { $0.replacing($1.0, with: $1.1) }
    }
}

extension XMLText: CustomStringConvertible, CustomReflectable {
    var description: String { "a document" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
