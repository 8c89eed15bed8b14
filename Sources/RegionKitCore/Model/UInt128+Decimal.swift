extension UInt128 {
    /// 10⁰ … 10³⁸.
    static let powersOfTen: [UInt128] = (0...38).map { power in
        (0..<power).reduce(1) { product, _ in product * 10 }
    }

    /// How many decimal digits the number has; 1 for zero.
    var decimalDigits: Int {
        // log₁₀ 2 ≈ 1233 / 4096 gives the number of digits or one too few.
        let estimate = ((128 - self.leadingZeroBitCount) * 1233) >> 12
        return estimate <= 38 && self < Self.powersOfTen[estimate] ? Swift.max(estimate, 1) : estimate + 1
    }
}
