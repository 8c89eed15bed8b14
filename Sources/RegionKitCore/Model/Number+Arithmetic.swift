extension Number: Comparable {
    /// Compares by value.
    public static func < (lhs: Number, rhs: Number) -> Bool {
        if lhs.isNegative != rhs.isNegative { return lhs.isNegative }
        return lhs.isNegative ? rhs.isSmallerInMagnitude(than: lhs) : lhs.isSmallerInMagnitude(than: rhs)
    }

    private func isSmallerInMagnitude(than other: Number) -> Bool {
        if self.exponent == other.exponent { return self.coefficient < other.coefficient }
        if self.coefficient == 0 || other.coefficient == 0 { return self.coefficient < other.coefficient }
        let (mine, its) = (self.digits, other.digits)
        let (magnitude, otherMagnitude) = (mine + Int(self.exponent), its + Int(other.exponent))
        if magnitude != otherMagnitude { return magnitude < otherMagnitude }
        // The first digits stand at the same place: bring both to the same number of digits.
        return mine < its
            ? self.coefficient * UInt128.powersOfTen[its - mine] < other.coefficient
            : self.coefficient < other.coefficient * UInt128.powersOfTen[mine - its]
    }
}

extension Number {
    /// The exact sum; an error when it has more than 38 significant digits or is out of range.
    public func adding(_ other: Number) throws(ValidationError) -> Number {
        if self.coefficient == 0 { return other }
        if other.coefficient == 0 { return self }
        let (coarse, fine) = self.exponent >= other.exponent ? (self, other) : (other, self)
        // The last digit of `fine` is not zero and stays the last of the sum, so a sum that does not fit into 128 bits
        // at its exponent has more than 38 digits.
        let shift = Int(coarse.exponent) - Int(fine.exponent)
        guard shift <= Self.maximumDigits else { throw Self.tooPrecise }
        let (scaled, overflow) = coarse.coefficient.multipliedReportingOverflow(by: UInt128.powersOfTen[shift])
        guard !overflow else { throw Self.tooPrecise }
        if coarse.isNegative == fine.isNegative {
            let (sum, overflow) = scaled.addingReportingOverflow(fine.coefficient)
            guard !overflow else { throw Self.tooPrecise }
            return try Self.checked(sum, Int(fine.exponent), isNegative: fine.isNegative)
        }
        return scaled >= fine.coefficient
            ? try Self.checked(scaled - fine.coefficient, Int(fine.exponent), isNegative: coarse.isNegative)
            : try Self.checked(fine.coefficient - scaled, Int(fine.exponent), isNegative: fine.isNegative)
    }

    /// The exact difference; an error when it has more than 38 significant digits or is out of range.
    public func subtracting(_ other: Number) throws(ValidationError) -> Number {
        try self.adding(
            Number(
                canonical: other.coefficient,
                exponent: Int(other.exponent),
                isNegative: !other.isNegative && other.coefficient != 0
            )
        )
    }

    private static func checked(
        _ sum: UInt128,
        _ power: Int,
        isNegative: Bool
    ) throws(ValidationError) -> Number {
        guard sum != 0 else { return .zero }
        var (coefficient, exponent) = (sum, power)
        while case (let quotient, 0) = coefficient.quotientAndRemainder(dividingBy: 10) {
            coefficient = quotient
            exponent += 1
        }
        let digits = coefficient.decimalDigits
        guard digits <= Self.maximumDigits else { throw Self.tooPrecise }
        guard Self.magnitudes.contains(digits - 1 + exponent) else {
            throw ValidationError("The result is out of range; a number is 0 or its magnitude is 1E-130 to 9.9…9E+125.")
        }
        return Number(canonical: coefficient, exponent: exponent, isNegative: isNegative)
    }

    private static let tooPrecise = ValidationError(
        "The result has more than \(Self.maximumDigits) significant digits, the most a number may have."
    )
}
