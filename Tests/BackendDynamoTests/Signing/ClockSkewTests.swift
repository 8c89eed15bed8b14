import Foundation
import Testing

@testable import BackendDynamo

struct ClockSkewTests {
    @Test(.enabled(if: Vectors.exist, Comment(rawValue: Vectors.absence)))
    func `every published case is followed`() throws {
        let cases = try #require(try Vectors.json("clock-skew/clock-skew-sample.json")["tests"] as? [[String: Any]])
        #expect(!cases.isEmpty)
        for testCase in cases {
            let name = Comment(rawValue: testCase["description"] as? String ?? "")
            var skew = ClockSkew()
            for operation in try #require(testCase["operations"] as? [[String: Any]]) {
                skew = Self.skew(seconds: try #require(operation["initialClientSkew"] as? Int64))
                for attempt in try #require(operation["attempts"] as? [[String: Any]]) {
                    let sent = try Self.milliseconds(attempt["clientTimeAtSend"])
                    #expect(sent + skew.milliseconds == (try Self.milliseconds(attempt["expectedSigningTime"])), name)
                    let response = try #require(attempt["response"] as? [String: Any])
                    let headers = try #require(response["headers"] as? [String: String])
                    let isWorthRetry = skew.responded(
                        errorCode: response["errorCode"] as? String,
                        date: headers["Date"],
                        age: headers["Age"],
                        sent: sent,
                        received: try Self.milliseconds(attempt["clientTimeAtReceive"])
                    )
                    // Where the case has no budget for a retry, the error is one of skew all the same.
                    if (attempt["expectRetry"] as? Bool) == true { #expect(isWorthRetry, name) }
                    if response["errorCode"] == nil { #expect(!isWorthRetry, name) }
                }
                #expect(skew.milliseconds == (try #require(operation["expectedClientSkew"] as? Int64)) * 1000, name)
            }
        }
    }

    private static func milliseconds(_ value: Any?) throws -> Int64 {
        try #require((value as? String).flatMap(CivilTime.init(rfc3339:))).seconds * 1000
    }

    /// A skew that was learned before.
    private static func skew(seconds: Int64) -> ClockSkew {
        var skew = ClockSkew()
        _ = skew.responded(
            errorCode: nil,
            date: "Thu, 01 Jan 2026 00:00:00 GMT",
            age: nil,
            sent: (1_767_225_600 - seconds) * 1000,
            received: (1_767_225_600 - seconds) * 1000
        )
        return skew
    }

    /// What the server's clock shows in these cases, in milliseconds.
    private let server: Int64 = 1_767_225_600_000
    private let date = "Thu, 01 Jan 2026 00:00:00 GMT"

    @Test(
        arguments: [
            ("InvalidSignatureException", 0, 240, false), ("InvalidSignatureException", 0, 241, true),
            ("InvalidSignatureException", 0, -241, true), ("SignatureDoesNotMatch", 0, 300, true),
            ("AuthFailure", 0, 300, true), ("RequestTimeTooSkewed", 0, 300, true),
            ("AccessDeniedException", 0, 300, true),
            ("ValidationException", 0, 300, false), ("ThrottlingException", 0, 300, false), (nil, 0, 300, false),
            ("RequestTimeTooSkewed", 300, 0, true), ("RequestTimeTooSkewed", 100, 0, false),
        ] as [(String?, Int64, Int64, Bool)]
    )
    func `an error is one of skew when clocks differ by over four minutes`(
        _ code: String?,
        _ known: Int64,
        _ actual: Int64,
        _ isSkew: Bool
    ) {
        var skew = Self.skew(seconds: known)
        let local = self.server - actual * 1000
        let answer = skew.responded(errorCode: code, date: self.date, age: nil, sent: local, received: local)
        #expect(answer == isSkew)
        #expect(skew.milliseconds == actual * 1000)
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 2026 00:00:00 GMT", "0", 1000), (nil, nil, 1000), ("yesterday", nil, 1000),
            ("Thu, 01 Jan 2026 00:00:00 GMT", nil, 900_001), ("Thu, 01 Jan 2026 00:00:00 GMT", nil, -1),
        ] as [(String?, String?, Int64)]
    )
    func `a response that tells nothing of the time changes nothing`(
        _ date: String?,
        _ age: String?,
        _ roundTrip: Int64
    ) {
        var skew = Self.skew(seconds: 7)
        let isSkew = skew.responded(
            errorCode: "RequestTimeTooSkewed",
            date: date,
            age: age,
            sent: 0,
            received: roundTrip
        )
        #expect(!isSkew)
        #expect(skew.milliseconds == 7000)
    }

    @Test func `the date is compared with the middle of the round trip`() {
        var skew = ClockSkew()
        let isSkew = skew.responded(
            errorCode: nil,
            date: self.date,
            age: nil,
            sent: self.server - 600_000,
            received: self.server + 300_000
        )
        #expect(!isSkew)
        #expect(skew.milliseconds == 150_000)
    }
}
