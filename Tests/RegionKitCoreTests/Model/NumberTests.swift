import RegionKitCore
import Testing

struct NumberTests {
    private static let nines = String(repeating: "9", count: 38)

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("+0.00E5", "0"), ("0E999", "0"), ("1", "1"), ("-1", "-1"), ("+7", "7"), ("1.0", "1"),
        ("10E-1", "1"), ("00012", "12"), (".5", "0.5"), ("5.", "5"), ("1200", "1200"), ("0.0012", "0.0012"),
        ("12.50", "12.5"), ("1e3", "1000"), ("1E+20", "100000000000000000000"), ("-12.345e1", "-123.45"),
        ("9999999999999999999", "9999999999999999999"), ("18446744073709551616", "18446744073709551616"),
        ("10000000000000000000000000000000000001", "10000000000000000000000000000000000001"),
        (nines, nines), ("-" + nines, "-" + nines), ("-0." + nines, "-0." + nines),
        ("12345678901234567890.123456789012345678", "12345678901234567890.123456789012345678"),
        (nines + "000", "9.\(nines.dropLast())E+40"), ("0.0" + nines, "9.\(nines.dropLast())E-2"),
        ("1E37", "1" + String(repeating: "0", count: 37)), ("1E38", "1E+38"),
        ("1E-37", "0.\(String(repeating: "0", count: 36))1"),
        ("1E-39", "1E-39"), ("1E-130", "1E-130"), ("-1.5E-130", "-1.5E-130"), ("9.9E125", "9.9E+125"),
        ("1" + String(repeating: "0", count: 125), "1E+125"),
        ("0." + String(repeating: "0", count: 129) + "1", "1E-130"),
        ("1" + String(repeating: "0", count: 500) + "E-500", "1"),
    ])
    func `a number is read exactly and written in one form`(text: String, written: String) throws {
        let number = try #require(Number(text))
        #expect(number.description == written)
        #expect(Number(written) == number)
    }

    @Test(arguments: [
        "", "-", "+", ".", "-.", "E5", "1E", "1E+", "1e-", "1.2.3", "--1", "+-1", " 1", "1 ", "1,5", "0x1", "NaN",
        "inf", "1_0",
        "１", "1E1.5", "1E126", "-1E126", "9.9E-131", "1E-131", "10E125", nines + "1", "1." + nines,
        "1E99999999999999999999",
    ])
    func `security 6 a text that is no number, too precise or out of range is refused`(text: String) {
        #expect(Number(text) == nil)
    }

    @Test
    func `numbers order by value`() {
        let ascending = [
            "-9.9E125", "-1E38", "-100", "-99.9", "-12", "-1.5", "-1", "-0.01", "-1E-130", "0", "1E-130", "0.01", "0.1",
            "1",
            "1.0000000000000000000000000000000000001", "1.5", "2", "9.99", "10", "99", "100", "1E38", "9.9E125",
        ].map { Number($0) ?? 0 }
        for (left, lower) in ascending.enumerated() {
            for (right, upper) in ascending.enumerated() {
                #expect((lower < upper) == (left < right), "\(lower) \(upper)")
                #expect((lower == upper) == (left == right))
            }
        }
    }

    @Test(arguments: [
        ("1", "2", "3"), ("1", "-1", "0"), ("0.1", "0.2", "0.3"), ("99", "1", "100"), ("-5", "3", "-2"),
        ("3", "-5", "-2"),
        ("1E37", "1", "10000000000000000000000000000000000001"), (nines, "1", "1E+38"), ("1E38", "-1", nines),
        ("1E125", "8E125", "9E+125"), ("1E-130", "1E-130", "2E-130"), ("0", "-7", "-7"),
    ])
    func `sums and differences are exact`(lhs: String, rhs: String, sum: String) throws {
        let (lhs, rhs) = (try #require(Number(lhs)), try #require(Number(rhs)))
        #expect(try lhs.adding(rhs).description == sum)
        #expect(try rhs.adding(lhs).description == sum)
        #expect(try lhs.adding(rhs).subtracting(rhs) == lhs)
    }

    @Test(arguments: [
        ("1E38", "1"), ("1E125", "1E-130"), (nines, "0.1"), ("9E125", "1E125"), ("1.1E-130", "-1E-130"),
        (nines + "E88", "1E88"),
        ("4E38", "-0.1"), ("1E39", "-1E-1"),
    ])
    func `security 6 a sum beyond 38 digits or out of range is an error`(lhs: String, rhs: String) throws {
        let (lhs, rhs) = (try #require(Number(lhs)), try #require(Number(rhs)))
        #expect(throws: ValidationError.self) { try lhs.adding(rhs) }
    }

    @Test
    func `integers and doubles come in and go out`() {
        for value in [0, 1, -1, 10, 1000, Int64.max, .min, .max - 7, 1 << 53] as [Int64] {
            #expect(Number(value).int64 == value)
            #expect(Number(value).description == String(value))
        }
        #expect(Number(UInt64.max).description == String(UInt64.max))
        #expect(Number(UInt64.max).int64 == nil)
        #expect(Number("9223372036854775808")?.int64 == nil)
        #expect(Number("-9223372036854775809")?.int64 == nil)
        #expect(Number("1.5")?.int64 == nil)
        #expect(Number("1E30")?.int64 == nil)
        for value in [0, 0.1, -1.5, 1e-5, 123456789.125, 1e100, .pi] {
            #expect(Number(exactly: value)?.double == value)
        }
        for value in [Double.nan, .infinity, -.infinity, 1e126, .leastNonzeroMagnitude] {
            #expect(Number(exactly: value) == nil)
        }
        #expect(Number(exactly: -0.0) == 0)
    }

    @Test
    func `random numbers survive being written`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let number = Number.random(using: &generator)
            #expect(Number(number.description) == number)
            #expect(number.description.utf8.count <= 45)
        }
    }

    @Test
    func `a value with a number is no larger than three words`() {
        #expect(MemoryLayout<AttributeValue>.stride <= 24)
    }
}
