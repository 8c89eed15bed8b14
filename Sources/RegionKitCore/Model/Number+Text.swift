extension Number {
    /// Reads DynamoDB's syntax: an optional sign, digits with an optional point, an optional exponent.
    ///
    /// Nil when the text is of another form, has more than 38 significant digits or is out of range. Leading and
    /// trailing zeros are not significant.
    public init?(_ text: String) {
        self.init(utf8: text.utf8Span.span)
    }

    /// Reads DynamoDB's syntax from UTF-8.
    package init?(utf8 bytes: Span<UInt8>) {
        var index = 0
        let end = bytes.count
        guard end > 0 else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative || bytes[0] == UInt8(ascii: "+") { index = 1 }

        if let integer = Self.integer(bytes, from: index) {
            self.init(magnitude: integer, isNegative: isNegative)
            return
        }
        // Zeros are counted and taken in only when another digit follows, so the coefficient ends up canonical.
        var (word, wide) = (UInt64(0), UInt128(0))
        var (digits, zeros, exponent) = (0, 0, 0)
        var (hasDigit, hasPoint) = (false, false)
        while index < end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 {
                guard bytes[index] == UInt8(ascii: "."), !hasPoint else { break }
                hasPoint = true
            } else {
                hasDigit = true
                if hasPoint { exponent -= 1 }
                if digit == 0 {
                    if digits > 0 { zeros += 1 }
                } else {
                    digits += zeros + 1
                    guard digits <= Self.maximumDigits else { return nil }
                    if digits <= 19 {
                        while zeros > 0 {
                            word &*= 10
                            zeros -= 1
                        }
                        word = word &* 10 &+ UInt64(digit)
                    } else {
                        if wide == 0 { wide = UInt128(word) }
                        wide = wide &* UInt128.powersOfTen[zeros + 1] &+ UInt128(digit)
                        zeros = 0
                    }
                }
            }
            index += 1
        }
        guard hasDigit else { return nil }
        if index < end {
            guard let power = Self.exponent(bytes, from: index) else { return nil }
            exponent += power
        }
        guard digits > 0 else {
            self = .zero
            return
        }
        exponent += zeros
        guard Self.magnitudes.contains(digits - 1 + exponent) else { return nil }
        self.init(canonical: wide == 0 ? UInt128(word) : wide, exponent: exponent, isNegative: isNegative)
    }

    /// Reads up to 18 digits and nothing else: what most numbers are.
    @inline(__always)
    private static func integer(_ bytes: Span<UInt8>, from start: Int) -> UInt64? {
        guard start < bytes.count, bytes.count <= start + 18 else { return nil }
        var integer: UInt64 = 0
        for index in start..<bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            integer = integer &* 10 &+ UInt64(digit)
        }
        return integer
    }

    /// Reads `E`, an optional sign and digits up to the end; saturates far outside the range.
    private static func exponent(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
        index += 1
        guard index < bytes.count else { return nil }
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < bytes.count else { return nil }
        var power = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            power = min(power * 10 + Int(digit), 1 << 40)
            index += 1
        }
        return isNegative ? -power : power
    }
}

extension Number: CustomStringConvertible {
    /// Plain decimal notation up to 40 characters, else scientific: `-12.5`, `1.5E-130`.
    public var description: String {
        var bytes: [UInt8] = []
        self.write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends ``description`` as UTF-8.
    package func write(into bytes: inout [UInt8]) {
        if self.isNegative { bytes.append(UInt8(ascii: "-")) }
        let digits = self.digits
        let point = digits + Int(self.exponent)  // where the point stands, counted from the first digit
        switch point {
        case digits...38:
            self.writeDigits(digits, into: &bytes)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: point - digits))
        case 1..<digits:
            self.writeDigits(digits, point: point, into: &bytes)
        case -37...0 where digits - point <= 38:
            bytes.append(UInt8(ascii: "0"))
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -point))
            self.writeDigits(digits, into: &bytes)
        default:
            self.writeDigits(digits, point: digits > 1 ? 1 : nil, into: &bytes)
            bytes.append(UInt8(ascii: "E"))
            bytes.append(UInt8(ascii: point > 0 ? "+" : "-"))
            bytes.append(contentsOf: String(abs(point - 1)).utf8)
        }
    }

    /// Appends the coefficient, with a point after `point` digits.
    private func writeDigits(_ digits: Int, point: Int? = nil, into bytes: inout [UInt8]) {
        let start = bytes.count
        let length = digits + (point == nil ? 0 : 1)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "."), count: length))
        var index = start + length - 1
        func put(_ digit: UInt8) {
            if let point, index == start + point { index -= 1 }
            bytes[index] = UInt8(ascii: "0") + digit
            index -= 1
        }
        var (wide, left) = (self.coefficient, digits)
        while left > 19 {
            let (quotient, remainder) = wide.quotientAndRemainder(dividingBy: 10)
            put(UInt8(truncatingIfNeeded: remainder))
            wide = quotient
            left -= 1
        }
        var word = UInt64(truncatingIfNeeded: wide)
        while left > 0 {
            let (quotient, remainder) = word.quotientAndRemainder(dividingBy: 10)
            put(UInt8(truncatingIfNeeded: remainder))
            word = quotient
            left -= 1
        }
    }
}
