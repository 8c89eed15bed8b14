import RegionKitCore

extension Number {
    /// A number of random sign, digits and place; often near others, so that comparisons are close.
    static func random(using generator: inout SeededGenerator) -> Number {
        let digits = Int.random(in: 1...38, using: &generator)
        let alphabet = Bool.random(using: &generator) ? "0123456789" : "019"
        let text = String((0..<digits).map { _ in alphabet.randomElement(using: &generator) ?? "1" })
        let place =
            Bool.random(using: &generator)
            ? Int.random(in: -3...3, using: &generator) : .random(in: -130...87, using: &generator)
        return Number("\(Bool.random(using: &generator) ? "-" : "")0.\(text)E\(place)") ?? .zero
    }
}
