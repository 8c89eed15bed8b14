/// An exact decimal number of up to 38 significant digits: DynamoDB's `N`.
///
/// Zero, and magnitudes from 1E-130 to 9.9…9E+125. Numbers compare by value, and equal numbers have one
/// representation: `1.0`, `1` and `10E-1` are the same, and so are `-0` and `0`.
///
/// Reference:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html>
public struct Number: Hashable, Sendable {
    // The value is ± coefficient × 10^exponent. The coefficient has no trailing zero, and zero is 0 × 10^0 without
    // sign, so that the derived == and hash(into:) go by value. Its 127 bits are held as two words, because a UInt128
    // would widen every AttributeValue by its alignment.
    private let low: UInt64
    private let high: UInt64
    let exponent: Int16
    let isNegative: Bool

    var coefficient: UInt128 { UInt128(self.high) << 64 | UInt128(self.low) }

    /// Feeds all but the sign, which two numbers alone share all else with.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.low)
        hasher.combine(self.high)
        hasher.combine(self.exponent)
    }

    /// Takes parts that are canonical and within range.
    init(canonical coefficient: UInt128, exponent: Int, isNegative: Bool) {
        self.low = UInt64(truncatingIfNeeded: coefficient)
        self.high = UInt64(truncatingIfNeeded: coefficient >> 64)
        self.exponent = Int16(truncatingIfNeeded: exponent)
        self.isNegative = isNegative
    }

    /// Takes a magnitude that is within range whatever it is.
    init(magnitude: UInt64, isNegative: Bool) {
        guard magnitude != 0 else {
            self = .zero
            return
        }
        var (coefficient, exponent) = (magnitude, 0)
        while case (let quotient, 0) = coefficient.quotientAndRemainder(dividingBy: 10) {
            coefficient = quotient
            exponent += 1
        }
        self.init(canonical: UInt128(coefficient), exponent: exponent, isNegative: isNegative)
    }

    /// The most significant digits a number may have.
    static let maximumDigits = 38
    /// The powers of ten that a magnitude's first digit may stand for.
    static let magnitudes = -130...125

    /// Zero.
    public static let zero = Number(canonical: 0, exponent: 0, isNegative: false)

    /// The value of an integer.
    public init(_ value: Int) {
        self.init(Int64(value))
    }

    /// The value of an integer.
    public init(_ value: Int64) {
        self.init(magnitude: value.magnitude, isNegative: value < 0)
    }

    /// The value of an integer.
    public init(_ value: UInt64) {
        self.init(magnitude: value, isNegative: false)
    }

    /// The shortest decimal that reads back as the same double; nil when that is infinite, not a number, or out of
    /// range.
    public init?(exactly value: Double) {
        // `description` is that shortest decimal; what is not finite it writes in letters, which are refused.
        self.init(value.description)
    }

    /// How many digits the coefficient has; 1 for zero.
    var digits: Int { self.coefficient.decimalDigits }

    /// The power of ten that the first digit stands for.
    var magnitude: Int { self.digits - 1 + Int(self.exponent) }

    /// The value as an integer; nil when it has a fraction or does not fit.
    public var int64: Int64? {
        guard self.exponent >= 0, self.exponent < 19, self.high == 0 else { return nil }
        let (product, overflow) = self.low.multipliedReportingOverflow(
            by: UInt64(truncatingIfNeeded: UInt128.powersOfTen[Int(self.exponent)])
        )
        guard !overflow else { return nil }
        guard self.isNegative else { return Int64(exactly: product) }
        return product == Int64.min.magnitude ? .min : Int64(exactly: product).map { -$0 }
    }

    /// The double nearest to the value.
    public var double: Double { Double(self.description) ?? 0 }
}

extension Number: ExpressibleByIntegerLiteral {
    /// The value of an integer literal.
    public init(integerLiteral value: Int64) {
        self.init(value)
    }
}
