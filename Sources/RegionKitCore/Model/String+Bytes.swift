extension String {
    /// Whether both texts have the same UTF-8, which is what DynamoDB compares.
    ///
    /// `==` takes canonically equivalent texts for equal too: é as one scalar and as two.
    package func hasSameBytes(as other: String) -> Bool {
        // Same bytes are equivalent, and == is fast; only what is not ASCII needs the second look.
        guard self == other else { return false }
        let (mine, its) = (self.utf8, other.utf8)
        return mine.count == its.count && mine.elementsEqual(its)
    }

    /// Whether this text's UTF-8 sorts before the other's, which is how DynamoDB orders texts.
    package func precedesInBytes(_ other: String) -> Bool {
        self.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// The text in quotes, shortened for an error message.
    var quoted: String {
        self.utf8.count <= 64 ? "\"\(self)\"" : "\"\(self.prefix(48))…\" (\(self.utf8.count) bytes)"
    }
}
