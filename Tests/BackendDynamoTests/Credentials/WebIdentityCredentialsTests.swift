import RegionKitTesting
import Testing

@testable import BackendDynamo

struct WebIdentityCredentialsTests {
    private let variables = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:r"]
    private static let token = String(repeating: "canary", count: 10)

    private func provider(
        _ changes: [String: String?] = [:],
        transport: ScriptedTransport,
        regions: [String] = ["eu-west-1", "us-east-1"]
    ) -> WebIdentityCredentials {
        var variables = self.variables
        for (name, value) in changes { variables[name] = value }
        return WebIdentityCredentials(
            environment: CredentialEnvironment(
                variables,
                files: ["/token": Self.token + "\n", "/empty": "\n", "/two": "a b"],
                regions: regions,
                transport: transport
            )
        )
    }

    @Test func `the token in the file is given for credentials, without a signature`() async throws {
        let transport = ScriptedTransport(["POST /": (200, ProfileCredentialsTests.role)])
        let outcome = await self.provider(["AWS_ROLE_SESSION_NAME": "me"], transport: transport).outcome()
        #expect(outcome == .success(ProfileCredentialsTests.ofRole))
        let request = try #require(transport.requests.first)
        #expect(request.header("Authorization") == nil)
        #expect(
            request.form
                == "Action=AssumeRoleWithWebIdentity&WebIdentityToken=\(Self.token)&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=me"
        )
    }

    @Test func `another region is asked when one does not answer`() async {
        let transport = ScriptedTransport { request in
            if request.origin.host.contains("eu-west-1") { throw ScriptedTransport.Failure() }
            guard request.origin.host.contains("us-east-1") else { return CredentialResponse(status: 503, body: []) }
            return CredentialResponse(status: 200, body: Array(ProfileCredentialsTests.role.utf8))
        }
        let outcome = await self.provider(
            transport: transport,
            regions: ["eu-west-1", "eu-west-2", "us-east-1"]
        ).outcome()
        #expect(outcome == .success(ProfileCredentialsTests.ofRole))
        #expect(transport.requests.count == 3)
    }

    @Test(
        arguments: [
            (["AWS_WEB_IDENTITY_TOKEN_FILE": nil], .notConfigured, 0), (["AWS_ROLE_ARN": nil], .invalid, 0),
            (["AWS_WEB_IDENTITY_TOKEN_FILE": "/gone"], .invalid, 0),
            (["AWS_WEB_IDENTITY_TOKEN_FILE": "/empty"], .invalid, 0),
            (["AWS_WEB_IDENTITY_TOKEN_FILE": "/two"], .invalid, 0), (["AWS_REGION": "no region"], .invalid, 0),
            (["AWS_ENDPOINT_URL_STS": "http://example.com"], .invalid, 0), ([:], .refused, 1),
        ] as [([String: String?], CredentialError.Code, Int)]
    )
    func `what is wrong is said, and no secret with it`(
        _ changes: [String: String?],
        _ code: CredentialError.Code,
        _ requests: Int
    ) async {
        let refusal =
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>No \(Self.token)</Message></Error></ErrorResponse>"
        let transport = ScriptedTransport(["POST /": (403, refusal)])
        let error = await self.provider(changes, transport: transport).outcome().error
        #expect(error?.code == code)
        #expect(error?.description.contains("canary") == false)
        #expect(transport.requests.count == requests)
        if code == .refused { #expect(error?.message.contains("AccessDenied No <secret>") == true) }
    }

    @Test(arguments: ["", "<a/>", "{}", ProfileCredentialsTests.role.replacing("2023-11-14T23", with: "x")])
    func `an answer that is not complete is an error`(_ body: String) async {
        let error = await self.provider(transport: ScriptedTransport(["POST /": (200, body)])).outcome().error
        #expect(error?.code == .invalid)
    }

    @Test func `a local service may be named`() async {
        let transport = ScriptedTransport(["POST /": (200, ProfileCredentialsTests.role)])
        let outcome = await self.provider(["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:5000"], transport: transport)
            .outcome()
        #expect(outcome.error == nil)
        #expect(transport.requests.map(\.url) == ["http://127.0.0.1:5000/"])
    }
}
