internal import Foundation
internal import RegionKitCore

extension Query.SortCondition {
    /// Reads a bound: `=V`, `<V`, `<=V`, `>V`, `>=V`, `A..B` or `begins:V`.
    init(text: String, _ attribute: TableSchema.KeyAttribute) throws(Failure) {
        func value(_ text: some StringProtocol) throws(Failure) -> AttributeValue {
            try attribute.value(String(text), for: "--sort")
        }
        let forms: [(String, (AttributeValue) -> Query.SortCondition)] = [
            ("<=", { .lessOrEqual($0) }), (">=", { .greaterOrEqual($0) }), ("=", { .equal($0) }), ("<", { .less($0) }),
            (">", { .greater($0) }), ("begins:", { .beginsWith($0) }),
        ]
        if let (sign, make) = forms.first(where: { text.hasPrefix($0.0) }) {
            self = make(try value(text.dropFirst(sign.count)))
        } else if let dots = text.range(of: "..") {
            self = .between(try value(text[..<dots.lowerBound]), try value(text[dots.upperBound...]))
        } else {
            throw .usage("--sort: found \(text.shown); allowed is =V, <V, <=V, >V, >=V, A..B or begins:V.")
        }
    }
}

extension PageToken {
    /// The token for people to copy: its keys as DynamoDB JSON, in base64 for URLs.
    var text: String {
        Data(DynamoDBJSON.encode(self.position, sorted: true)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads the form of ``text``; nil when it is another one.
    init?(text: String) {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding), let item = try? DynamoDBJSON.decode([UInt8](data))
        else {
            return nil
        }
        self.init(position: item)
    }
}
