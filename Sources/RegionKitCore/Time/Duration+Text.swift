extension Duration {
    /// Reads a number with a unit: `500ms`, `30s`, `1.5m`, `2h`; nil when the text is something else, or over a year.
    package init?(text: String) {
        let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]
        guard let (unit, scale) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
        let number = text.dropLast(unit.count)
        guard number.wholeMatch(of: /[0-9]+(\.[0-9]+)?/) != nil, let value = Double(number),
            value * scale <= 366 * 86400
        else { return nil }
        self = .nanoseconds(Int64((value * scale * 1e9).rounded()))
    }
}
