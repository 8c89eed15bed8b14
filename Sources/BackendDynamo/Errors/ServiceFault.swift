internal import RegionKitCore

/// What DynamoDB, or whatever stands before it, said instead of doing what it was asked.
///
/// Made from any status, header and bytes; it never fails to be made.
struct ServiceFault: Error {
    /// Why one write cancelled its transaction; without code for a write that did not.
    struct Reason: Hashable, Sendable {
        let code: String?
        var message: String?
        let item: Item?

        init(code: String?, message: String? = nil, item: Item? = nil) {
            self.code = code == "None" ? nil : code.flatMap(ServiceFault.bareCode)
            self.message = message
            self.item = item
        }
    }

    /// The HTTP status.
    var status: Int
    /// The code without namespace, for example `ThrottlingException`; nil where none was given.
    var code: String?
    /// What the service says, as it came; shown in ``ServiceMessage``'s form only.
    var message: String?
    /// The stored item, where a condition failed and it was asked for.
    var item: Item?
    /// What cancelled a transaction, one for each write, in their order.
    var reasons: [Reason]
    /// Whether the body could be read, or there was none.
    var isReadable: Bool
    /// How long the service asks to be left alone.
    var retryAfter: Duration?

    /// Reads an answer that is no success.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - errorType: The header `x-amzn-ErrorType`.
    ///   - checksum: The header `x-amz-crc32`.
    ///   - retryAfter: The header `x-amz-retry-after`, in milliseconds.
    ///   - body: The body.
    init(
        status: Int,
        errorType: String? = nil,
        checksum: String? = nil,
        retryAfter: String? = nil,
        body: [UInt8]
    ) {
        self.status = status
        self.code = nil
        self.message = nil
        self.item = nil
        self.reasons = []
        self.isReadable = CRC32.matches(checksum, body)
        self.retryAfter = retryAfter.flatMap(UInt32.init).map { .milliseconds($0) }
        guard self.isReadable else { return }
        if !body.isEmpty {
            var read = self
            do throws(DynamoDBJSONError) {
                try read.read(body.span)
                self = read
            } catch {
                self.isReadable = false
                return
            }
        }
        self.code = (self.code ?? errorType).flatMap(Self.bareCode)
    }

    /// Changes all that the service says in words.
    mutating func rewrite(_ change: (String) -> String) {
        self.message = self.message.map(change)
        for index in self.reasons.indices { self.reasons[index].message = self.reasons[index].message.map(change) }
    }

    /// `Code` of `namespace#Code:http://…`.
    fileprivate static func bareCode(_ text: String) -> String? {
        let code = text.prefix { $0 != ":" }.split(separator: "#").last.map(String.init) ?? ""
        let isPlain = code.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return !code.isEmpty && code.utf8.count <= 128 && isPlain ? code : nil
    }

    private mutating func read(_ bytes: Span<UInt8>) throws(DynamoDBJSONError) {
        var reader = AnswerReader()
        var fault = self
        try reader.object(in: bytes) { reader, name, bytes throws(DynamoDBJSONError) in
            switch name {
            case "__type": fault.code = try reader.text(in: bytes)
            case "code", "Code":
                let code = try reader.text(in: bytes)
                fault.code = fault.code ?? code
            case "message", "Message": fault.message = try reader.text(in: bytes)
            case "Item": fault.item = try reader.item(in: bytes)
            case "CancellationReasons":
                try reader.list(in: bytes) { reader, bytes throws(DynamoDBJSONError) in
                    fault.reasons.append(try Reason(&reader, bytes))
                }
            default: return false
            }
            return true
        }
        try reader.end(of: bytes)
        self = fault
    }
}

extension ServiceFault.Reason {
    fileprivate init(_ reader: inout AnswerReader, _ bytes: Span<UInt8>) throws(DynamoDBJSONError) {
        var (code, message, item): (String?, String?, Item?)
        try reader.object(in: bytes) { reader, name, bytes throws(DynamoDBJSONError) in
            switch name {
            case "Code": code = try reader.text(in: bytes)
            case "Message": message = try reader.text(in: bytes)
            case "Item": item = try reader.item(in: bytes)
            default: return false
            }
            return true
        }
        self.init(code: code, message: message, item: item)
    }
}
