import Testing

@testable import BackendDynamo

struct ServiceMessageTests {
    @Test(arguments: [
        (
            "Requested resource not found: Table: locks not found",
            "Requested resource not found: Table: locks not found"
        ),
        (
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
        ),
        ("The key doesn't match the user's schema", "The key doesn't match the user's schema"),
        ("Value 'canary' at 'tableName' failed", "Value '…' at '…' failed"),
        ("The number \"canary\" is odd", "The number \"…\" is odd"),
        ("Input collection [canary, canary] contains duplicates.", "Input collection […] contains duplicates."),
        ("Bad item {pk={S: canary,}}", "Bad item {…}}"),
        (
            "The parameter cannot be converted to a numeric value: canary",
            "The parameter cannot be converted to a numeric value: …"
        ),
        ("Broken 'canary", "Broken '…"),
        ("Two\nlines\u{0}and\u{202E}more", "Two lines and more"),
    ])
    func `a message is shown without values`(text: String, shown: String) {
        #expect(ServiceMessage.shown(text) == shown)
    }

    @Test func `a refused signature does not show what was signed`() {
        let shown = ServiceMessage.shown(
            "The request signature we calculated does not match the signature you provided. Check your key.\n\n"
                + "The Canonical String for this request should have been\n'POST\n/\n\nhost:x\n"
                + "x-amz-security-token:canary\n\nhost;x-amz-security-token\ncanary'\n\nThe String-to-Sign should have "
                + "been\n'AWS4-HMAC-SHA256\ncanary'"
        )
        #expect(!shown.contains("canary"))
        #expect(shown.hasPrefix("The request signature we calculated does not match"))
    }

    @Test func `a message has at most 512 characters`() {
        #expect(ServiceMessage.shown(String(repeating: "é", count: 10_000)).count == 512)
        #expect(ServiceMessage.shown(String(repeating: "'", count: 10_000)).count <= 512)
        #expect(ServiceMessage.bounded(String(repeating: "x", count: 512)).count == 512)
    }
}
