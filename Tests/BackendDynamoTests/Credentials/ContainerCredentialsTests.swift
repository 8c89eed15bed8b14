import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct ContainerCredentialsTests {
    private static let body = """
        {"AccessKeyId":"ASIATASK","SecretAccessKey":"task-canary","Token":"token-canary",
        "Expiration":"2023-11-14T23:00:00Z","RoleArn":"arn","AccountId":"111122223333"}
        """

    private func provider(
        _ variables: [String: String],
        files: [String: String] = [:],
        _ transport: ScriptedTransport
    ) -> ContainerCredentials {
        ContainerCredentials(environment: CredentialEnvironment(variables, files: files, transport: transport))
    }

    private func answering(_ status: Int = 200, _ body: String = Self.body) -> ScriptedTransport {
        ScriptedTransport { _ in CredentialResponse(status: status, body: Array(body.utf8)) }
    }

    @Test(arguments: [
        (["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"], "http://169.254.170.2/v2/x"),
        (
            [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://example.com/y",
            ], "http://169.254.170.2/v2/x"
        ),
        (
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"],
            "http://169.254.170.23/v1/credentials"
        ),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]/v1?a=b"], "http://[fd00:ec2::23]/v1?a=b"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:8080"], "http://localhost:8080/"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.2/c"], "http://127.0.0.2/c"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://example.com/c"], "https://example.com/c"),
    ])
    func `the agent that the environment names is asked`(_ variables: [String: String], _ url: String) async throws {
        let transport = self.answering()
        let outcome = await self.provider(variables, transport).outcome()
        #expect(
            outcome
                == .success(
                    Credentials(
                        accessKeyID: "ASIATASK",
                        secretAccessKey: Secret("task-canary"),
                        sessionToken: Secret("token-canary"),
                        expiration: 1_700_002_800_000,
                        accountID: "111122223333"
                    )
                )
        )
        let request = try #require(transport.requests.first)
        #expect(request.url == url)
        #expect(request.method == "GET")
        #expect(request.header("Authorization") == nil)
        if let address = IPAddress(request.origin.host) {
            try request.addressRule.check(address, of: request.origin.host)
        }
    }

    @Test(arguments: [
        "http://example.com/c", "http://169.254.169.254/latest", "https://169.254.169.254/latest", "http://10.0.0.1/",
        "ftp://127.0.0.1/", "127.0.0.1/", "http://user:canary@127.0.0.1/", "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nX: canary", "http://2852039166/", "http://[::ffff:169.254.169.254]/",
    ])
    func `other hosts are not asked`(_ url: String) async {
        let transport = self.answering()
        let error = await self.provider(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url], transport).outcome().error
        #expect(error?.code == .invalid)
        #expect(error?.description.contains("canary") == false)
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        (["AWS_CONTAINER_AUTHORIZATION_TOKEN": "plain"], "plain"),
        (["AWS_CONTAINER_AUTHORIZATION_TOKEN": "plain", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t"], "from file"),
    ])
    func `a token is sent, that of a file first`(_ variables: [String: String], _ token: String) async throws {
        let transport = self.answering()
        let all = variables.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/c"]) { $1 }
        let outcome = await self.provider(all, files: ["/t": "from file\n"], transport).outcome()
        #expect(outcome.error == nil)
        #expect(transport.requests.first?.header("Authorization") == token)
    }

    @Test(arguments: ["a\r\nX-Evil: canary", "canary\u{7F}", "kanariä-canary"])
    func `a token that would break the header is refused`(_ token: String) async {
        let variables = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c", "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
        ]
        let error = await self.provider(variables, self.answering()).outcome().error
        #expect(error?.code == .invalid)
        #expect(error?.description.contains("canary") == false)
    }

    @Test(
        arguments: [
            (200, "", .invalid), (200, "[]", .invalid), (200, #"{"AccessKeyId":"canary"}"#, .invalid),
            (200, #"{"AccessKeyId":"A","SecretAccessKey":"canary","Expiration":"soon"}"#, .invalid),
            (200, #"{"canary":1,"canary":2}"#, .invalid), (400, #"{"message":"canary"}"#, .refused),
            (429, "", .unreachable),
            (500, "canary", .unreachable),
        ] as [(Int, String, CredentialError.Code)]
    )
    func `an answer without credentials is an error`(
        _ status: Int,
        _ body: String,
        _ code: CredentialError.Code
    ) async {
        let variables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c"]
        let error = await self.provider(variables, self.answering(status, body)).outcome().error
        #expect(error?.code == code)
        #expect(error?.description.contains("canary") == false)
    }

    @Test func `without variables nobody is asked, and silence is no refusal`() async {
        let transport = ScriptedTransport()
        #expect(await self.provider([:], transport).outcome().error?.code == .notConfigured)
        #expect(transport.requests.isEmpty)
        let silent = await self.provider(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c"], transport).outcome()
        #expect(silent.error?.code == .unreachable)
    }
}
