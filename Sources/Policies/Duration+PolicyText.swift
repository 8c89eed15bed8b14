internal import RegionKitCore

extension Duration {
    /// Milliseconds with as many decimals as it takes, for example `30ms` or `0.5ms`; the duration is not negative.
    var policyText: String {
        let (whole, rest) = self.wholeNanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest != 0 else { return "\(whole)ms" }
        var digits = "\(1_000_000 + rest)".dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)ms"
    }
}
