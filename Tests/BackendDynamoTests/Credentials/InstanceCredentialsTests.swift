import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct InstanceCredentialsTests {
    private static let roles = "GET /latest/meta-data/iam/security-credentials/"
    private static let good: [String: (status: Int, body: String)] = [
        "PUT /latest/api/token": (200, "token-canary"), Self.roles: (200, "my role\nother"),
        Self.roles + "my%20role": (
            200,
            #"{"Code":"Success","AccessKeyId":"ASIAEC2","SecretAccessKey":"s-canary","Token":"t-canary","Expiration":"2023-11-14T23:00:00Z"}"#
        ),
    ]

    private func provider(_ variables: [String: String] = [:], _ transport: ScriptedTransport) -> InstanceCredentials {
        InstanceCredentials(environment: CredentialEnvironment(variables, transport: transport))
    }

    @Test(arguments: [
        ([:], "http://169.254.169.254"), (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]"),
        (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://example.com"], "http://169.254.169.254"),
    ])
    func `a token is fetched, then the role's credentials`(_ variables: [String: String], _ origin: String) async throws
    {
        let transport = ScriptedTransport(Self.good)
        let outcome = await self.provider(variables, transport).outcome()
        #expect(
            outcome
                == .success(
                    Credentials(
                        accessKeyID: "ASIAEC2",
                        secretAccessKey: Secret("s-canary"),
                        sessionToken: Secret("t-canary"),
                        expiration: 1_700_002_800_000
                    )
                )
        )
        #expect(transport.requests.count == 3)
        #expect(transport.requests[0].header("X-aws-ec2-metadata-token-ttl-seconds") != nil)
        for request in transport.requests {
            #expect(request.origin.description == origin)
            #expect(request.timeout == .seconds(1))
            #expect(request.limit == 16384)
            try request.addressRule.check(try #require(IPAddress(request.origin.host)), of: "")
            #expect(throws: EndpointError.self) {
                try request.addressRule.check(try #require(IPAddress("169.254.170.2")), of: "")
            }
        }
        #expect(transport.requests.dropFirst().allSatisfy { $0.header("X-aws-ec2-metadata-token") == "token-canary" })
    }

    @Test(
        arguments: [
            ("PUT /latest/api/token", 403, "", .notConfigured), ("PUT /latest/api/token", 200, "", .notConfigured),
            ("PUT /latest/api/token", 200, "a\r\nX: canary", .notConfigured),
            ("PUT /latest/api/token", 503, "", .unreachable),
            (roles, 404, "", .notConfigured), (roles, 200, "\n", .notConfigured), (roles, 401, "", .unreachable),
            (roles + "my%20role", 500, "canary", .unreachable), (roles + "my%20role", 200, "<html>canary", .invalid),
            (roles + "my%20role", 200, #"{"Code":"AssumeRoleUnauthorizedAccess"}"#, .refused),
        ] as [(String, Int, String, CredentialError.Code)]
    )
    func `what is wrong is said`(
        _ request: String,
        _ status: Int,
        _ body: String,
        _ code: CredentialError.Code
    ) async {
        let answers = Self.good.merging([request: (status, body)]) { $1 }
        let error = await self.provider([:], ScriptedTransport(answers)).outcome().error
        #expect(error?.code == code)
        #expect(error?.description.contains("canary") == false)
    }

    @Test func `it can be turned off, and no answer means another machine`() async {
        let transport = ScriptedTransport()
        let off = await self.provider(["AWS_EC2_METADATA_DISABLED": "TRUE"], transport).outcome()
        #expect(off.error?.code == .notConfigured)
        #expect(transport.requests.isEmpty)
        #expect(await self.provider([:], transport).outcome().error?.code == .notConfigured)
        #expect(transport.requests.count == 1)
    }
}
