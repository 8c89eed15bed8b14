/// How far a region's clock is ahead of this machine's, learned from its responses.
///
/// One value per region. Signatures are refused when the times differ by more than five to fifteen minutes, so requests
/// are signed with the server's time as it is known: local time plus ``milliseconds``.
struct ClockSkew: Hashable, Sendable {
    /// What to add to local time; negative when the server's clock is behind.
    private(set) var milliseconds: Int64 = 0

    /// Above this an error of the codes below may come from the clock.
    private static let tolerance: Int64 = 240_000
    /// A date is worth nothing when it came so long after the question.
    private static let longestRoundTrip: Int64 = 900_000
    private static let codes: Set<String> = [
        "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed",
        "AccessDeniedException",
    ]

    /// Takes in a response, whether good or bad; answers whether its error may come from the clock.
    ///
    /// Then the request is worth being signed anew, once, with the skew as it is now known. Responses without a valid
    /// date, from a cache (with `Age`) or after a round trip of over 15 minutes tell nothing.
    ///
    /// - Parameters:
    ///   - errorCode: the code of the error that the response holds; nil for none.
    ///   - date: the value of the header `Date`.
    ///   - age: the value of the header `Age`.
    ///   - sent: when the request was sent, in milliseconds since 1970 by this machine's clock.
    ///   - received: when the response came, likewise.
    mutating func responded(errorCode: String?, date: String?, age: String?, sent: Int64, received: Int64) -> Bool {
        guard age == nil, let date = date.flatMap(CivilTime.init(httpDate:)), received >= sent,
            received - sent <= Self.longestRoundTrip
        else { return false }
        let used = self.milliseconds
        self.milliseconds = date.seconds * 1000 - (sent + (received - sent) / 2)
        // A skew that was corrected since counts as well: then the request was signed with the old one.
        let error = max(self.milliseconds.magnitude, (self.milliseconds - used).magnitude)
        return errorCode.map(Self.codes.contains) == true && error > Self.tolerance.magnitude
    }
}
