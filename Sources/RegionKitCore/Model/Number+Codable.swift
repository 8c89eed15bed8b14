extension Number: Codable {
    /// Decodes the number from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let number = Number(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The text is no number.")
        }
        self = number
    }

    /// Encodes the number as its text, which keeps all digits; ``ItemEncoder`` makes an `N` of it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
