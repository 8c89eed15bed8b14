import Testing

@testable import BackendDynamo

struct CivilTimeTests {
    @Test(
        arguments: [
            (0, "19700101T000000Z"), (-1, "19691231T235959Z"), (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"), (1_440_938_160, "20150830T123600Z"), (4_107_542_400, "21000301T000000Z"),
            (253_402_300_799, "99991231T235959Z"), (Int64.max, "99991231T235959Z"), (Int64.min, "00010101T000000Z"),
        ] as [(Int64, String)]
    )
    func `a moment is written as signatures want it`(_ seconds: Int64, _ text: String) {
        #expect(CivilTime(seconds: seconds).signingText == text)
    }

    @Test func `every day of 800 years comes back`() {
        for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
            let seconds = day * 86400 + 12345
            guard CivilTime(seconds: seconds).seconds != seconds else { continue }
            Issue.record("day \(day)")
        }
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Thu, 29 Feb 2023 00:00:00 GMT", nil),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil), ("", nil),
            ("Sun, 06 Nov 1994 08:49:37 UTC", nil), ("Sun, 06 Nov 1994 08:49:37 +0000", nil),
            ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 GMT ", nil),
            ("Sun, 06 Nov 1994 -8:49:37 GMT", nil), ("Sun, 00 Nov 1994 08:49:37 GMT", nil),
        ] as [(String, Int64?)]
    )
    func `the date of a header is read strictly`(_ text: String, _ seconds: Int64?) {
        #expect(CivilTime(httpDate: text)?.seconds == seconds)
    }

    @Test(
        arguments: [
            ("2015-08-30T12:36:00Z", 1_440_938_160), ("2015-08-30T12:36:00.123456Z", 1_440_938_160),
            ("2015-08-30T14:36:00+02:00", 1_440_938_160), ("2015-08-30T07:06:00-0530", 1_440_938_160),
            ("2015-08-30t12:36:00z", 1_440_938_160), ("2015-08-30 12:36:00Z", nil), ("2015-08-30T12:36:00", nil),
            ("2015-13-30T12:36:00Z", nil), ("2015-08-30", nil), ("", nil), ("٢٠١٥-08-30T12:36:00Z", nil),
        ] as [(String, Int64?)]
    )
    func `the date of a document is read`(_ text: String, _ seconds: Int64?) {
        #expect(CivilTime(rfc3339: text)?.seconds == seconds)
    }
}
