internal import Foundation
internal import RegionKitCore

extension AttributeValue {
    /// Reads a value of a given type: a text as it is, a number, base64, and of all else what stands in DynamoDB JSON
    /// behind the type.
    ///
    /// - Parameter place: What the value is for, as an error names it.
    init(_ kind: Kind, text: String, for place: String) throws(Failure) {
        var value: AttributeValue?
        switch kind {
        case .string: value = .string(text)
        case .number: value = Number(text).map { .number($0) }
        case .binary: value = Data(base64Encoded: text).map { .binary([UInt8]($0)) }
        case .null where text.isEmpty: value = .null
        default: value = try? DynamoDBJSON.decodeValue(Array("{\"\(kind.rawValue)\":\(text)}".utf8))
        }
        guard let value else {
            throw .usage("\(place): found \(text.shown); a value of type \(kind.rawValue) is \(Self.form(kind)).")
        }
        self = value
    }

    /// The value in the form that ``init(_:text:for:)`` reads.
    var text: String {
        switch self {
        case .string(let text): return text
        case .number(let number): return number.description
        case .binary(let bytes): return Data(bytes).base64EncodedString()
        default:
            // `{"M":…}` without its frame.
            return String(self.description.dropFirst(self.kind.rawValue.count + 4).dropLast())
        }
    }

    private static func form(_ kind: Kind) -> String {
        switch kind {
        case .string: "text"
        case .number: "a number of up to 38 digits, between 1E-130 and 9.9E+125 in size"
        case .binary: "base64, for example aGVsbG8="
        case .bool: "true or false"
        case .null: "true, or nothing"
        case .list: "DynamoDB JSON, for example [{\"S\":\"a\"},{\"N\":\"1\"}]"
        case .map: "DynamoDB JSON, for example {\"a\":{\"S\":\"x\"}}"
        case .stringSet: "a list of different texts, for example [\"a\",\"b\"]"
        case .numberSet: "a list of different numbers in quotes, for example [\"1\",\"2\"]"
        case .binarySet: "a list of different base64 texts, for example [\"aGVsbG8=\"]"
        }
    }
}
