import RegionKitCore
import Testing

@testable import BackendDynamo

struct RequestSignerTests {
    private let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("key-canary"))
    private let body = Array(#"{"TableName":"t"}"#.utf8)

    private func general(
        _ signer: RequestSigner,
        _ credentials: Credentials,
        at seconds: Int64,
        target: String = "DynamoDB_20120810.Scan"
    ) -> String? {
        let request = SignableRequest(
            method: "POST",
            headers: [
                ("Host", "dynamodb.eu-west-1.amazonaws.com"), ("Content-Type", RequestSigner.jsonContentType),
                ("X-Amz-Target", target), ("User-Agent", "any"),
            ],
            body: self.body
        )
        return signer.headers(signing: request, with: credentials, at: seconds).last?.value
    }

    private func short(_ signer: RequestSigner, _ credentials: Credentials, at seconds: Int64) -> String {
        signer.signatureOfJSON(
            target: "DynamoDB_20120810.Scan",
            body: self.body.span,
            host: "dynamodb.eu-west-1.amazonaws.com",
            with: credentials,
            at: seconds
        ).authorization
    }

    @Test(arguments: [nil, Secret("token/+=")], [0, 1_440_938_160, 4_102_444_799] as [Int64])
    func `the short way signs as the general way`(_ token: Secret?, _ seconds: Int64) {
        let signer = RequestSigner(region: "eu-west-1", service: "dynamodb")
        var credentials = self.credentials
        credentials.sessionToken = token
        #expect(self.short(signer, credentials, at: seconds) == self.general(signer, credentials, at: seconds))
    }

    @Test func `a signer that has a key at hand signs as a new one`() {
        let old = RequestSigner(region: "eu-west-1", service: "dynamodb")
        let others = [
            (self.credentials, 1_440_938_160 as Int64), (self.credentials, 1_440_938_161),
            (self.credentials, 1_441_938_160),
            (Credentials(accessKeyID: "AKIDOTHER", secretAccessKey: Secret("key-canary")), 1_441_938_160),
            (Credentials(accessKeyID: "AKIDOTHER", secretAccessKey: Secret("corrected")), 1_441_938_160),
        ]
        var seen: Set<String> = []
        for (credentials, seconds) in others {
            let new = RequestSigner(region: "eu-west-1", service: "dynamodb")
            let text = self.short(old, credentials, at: seconds)
            #expect(text == self.short(new, credentials, at: seconds))
            #expect(seen.insert(text).inserted)
            #expect(!text.contains("canary"))
        }
    }

    @Test(arguments: [
        ("/", "/"), ("", "/"), ("/a/b/", "/a/b/"), ("//a//b//", "/a/b/"), ("/a/./b", "/a/b"), ("/a/../b", "/b"),
        ("/a/b/../..", "/"), ("/../..", "/"), ("/a%20b", "/a%2520b"), ("/-._~", "/-._~"),
    ])
    func `a path is normalized and encoded`(_ path: String, _ expected: String) {
        let request = SignableRequest(method: "GET", path: path, headers: [])
        let lines = CanonicalRequest(request, bodyDigest: "", normalizesPath: true).text.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines[1] == expected)
    }

    @Test(arguments: [
        ("", ""), ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("flag", "flag="), ("a=b=c", "a=b%3Dc"),
        ("a=%2f", "a=%2F"), ("a=100%", "a=100%25"), ("a=x+y", "a=x%2By"), ("B=1&a=2", "B=1&a=2"),
        ("ab=1&a=2", "a=2&ab=1"),
    ])
    func `a query is sorted and encoded`(_ query: String, _ expected: String) {
        let request = SignableRequest(method: "GET", query: query, headers: [])
        let lines = CanonicalRequest(request, bodyDigest: "", normalizesPath: true).text.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines[2] == expected)
    }

    @Test func `a path stays as it is where that is asked for`() {
        let request = SignableRequest(method: "GET", path: "//a/../b/", headers: [])
        #expect(CanonicalRequest(request, bodyDigest: "", normalizesPath: false).text.hasPrefix("GET\n//a/../b/\n"))
    }
}
