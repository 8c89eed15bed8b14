import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct CredentialChainTests {
    private static let good = Credentials(accessKeyID: "AKIAEXPLICITKEY", secretAccessKey: Secret("explicit-canary"))
    private static let environment = ["AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "env-canary"]
    private static let webIdentity = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:r"]
    private static let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/task"]
    private static let files = [
        "/token": "jwt-canary",
        "/home/u/.aws/credentials": "[default]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = file-canary",
    ]
    private static func document(_ key: String) -> String {
        #"{"AccessKeyId":"\#(key)","SecretAccessKey":"net-canary","Token":"t-canary","Expiration":"2023-11-14T23:00:00Z"}"#
    }
    private static let answers: [String: (status: Int, body: String)] = [
        "POST /": (200, ProfileCredentialsTests.role), "GET /task": (200, document("ASIATASK")),
        "PUT /latest/api/token": (200, "imds-canary"), "GET /latest/meta-data/iam/security-credentials/": (200, "r"),
        "GET /latest/meta-data/iam/security-credentials/r": (200, document("ASIAEC2")),
    ]

    @Test func `the steps are asked in order, each when those before have nothing`() async {
        var variables = Self.environment.merging(Self.webIdentity) { $1 }.merging(Self.container) { $1 }
        var explicit: Credentials? = Self.good
        var files = Self.files
        func key() async -> String? {
            let environment = CredentialEnvironment(
                variables,
                files: files,
                transport: ScriptedTransport(Self.answers)
            )
            return try? await CredentialChain(explicit: explicit, environment: environment).credentials().accessKeyID
        }
        #expect(await key() == "AKIAEXPLICITKEY")
        explicit = nil
        #expect(await key() == "AKIAENVIRONMENT")
        for name in Self.environment.keys { variables[name] = nil }
        #expect(await key() == "ASIAROLE")
        for name in Self.webIdentity.keys { variables[name] = nil }
        #expect(await key() == "AKIAPROFILE")
        files = [:]
        #expect(await key() == "ASIATASK")
        for name in Self.container.keys { variables[name] = nil }
        #expect(await key() == "ASIAEC2")
    }

    @Test func `a step that is configured wrongly ends the chain`() async {
        let environment = CredentialEnvironment(["AWS_ACCESS_KEY_ID": "AKIA"], files: Self.files)
        let (result, steps) = await CredentialChain(explicit: nil, environment: environment).traced()
        #expect(result.error?.code == .invalid)
        #expect(steps.map(\.name) == ["configuration", "environment"])
    }

    @Test func `an empty chain says what was tried and what to set`() async {
        let transport = ScriptedTransport()
        let environment = CredentialEnvironment(transport: transport)
        let (result, steps) = await CredentialChain(explicit: nil, environment: environment).traced()
        #expect(result.error?.code == .notConfigured)
        #expect(
            steps.map(\.name) == [
                "configuration", "environment", "web identity", "shared files", "container", "instance metadata",
            ]
        )
        for step in steps { #expect(result.error?.message.contains(step.description) == true) }
    }

    @Test(arguments: 0..<6)
    func `nothing that is printed shows a secret`(_ step: Int) async {
        var variables: [String: String] = [:]
        if step == 1 { variables = Self.environment }
        if step == 2 { variables = Self.webIdentity }
        if step == 4 { variables = Self.container }
        let transport = ScriptedTransport(Self.answers)
        let environment = CredentialEnvironment(
            variables,
            files: step == 2 || step == 3 ? Self.files : [:],
            transport: transport
        )
        let chain = CredentialChain(explicit: step == 0 ? Self.good : nil, environment: environment)
        let traced = await chain.traced()
        #expect(traced.result.error == nil)
        #expect(traced.steps.count == step + 1)
        var text = "\(traced) \(String(reflecting: traced))"
        dump(traced, to: &text)
        dump(transport.requests, to: &text)
        text += "\(transport.requests) \(String(reflecting: transport.requests))"
        dump(CredentialResponse(status: 200, body: Array("canary".utf8)), to: &text)
        #expect(!text.contains("canary"))
        #expect(!text.contains("role/secret"))
        #expect(!text.contains("99, 97, 110, 97, 114, 121"))
    }

    @Test func `files and documents print no values`() throws {
        let file = try SharedFile(
            "[default]\naws_secret_access_key = canary",
            kind: .credentials,
            path: "credentials"
        )
        let document = try JSONDocument(Array(#"{"a":"canary"}"#.utf8), step: "test")
        let xml = XMLText(Array("<a>canary</a>".utf8))
        var text = "\(file) \(String(reflecting: file)) \(document) \(xml) \(file.profiles)"
        dump((file, file.profiles, document, xml), to: &text)
        #expect(!text.contains("canary"))
        #expect(file.profiles["default"]?["aws_secret_access_key"] == "canary")
        #expect(document["a"] == "canary")
        #expect(xml["a"] == "canary")
    }

    @Test(
        arguments: [
            ("", "secret", nil, nil, .invalid), ("AK ID", "secret", nil, nil, .invalid),
            ("AKID\r\nX: y", "canary", nil, nil, .invalid), ("AKID", "", nil, nil, .invalid),
            ("AKID", "canary", "to\nken", nil, .invalid), ("AKID", "canary", "", nil, .invalid),
            ("AKID", "canary", "token", 1_700_000_000_000, .expired),
            ("AKID", "canary", "token", 1_700_000_000_001, nil),
            ("AKID", "with space/+=", nil, nil, nil),
        ] as [(String, String, String?, Int64?, CredentialError.Code?)]
    )
    func `credentials that cannot be sent or have ended are refused`(
        _ id: String,
        _ secret: String,
        _ token: String?,
        _ expiration: Int64?,
        _ code: CredentialError.Code?
    ) {
        let credentials = Credentials(
            accessKeyID: id,
            secretAccessKey: Secret(secret),
            sessionToken: token.map(Secret.init),
            expiration: expiration
        )
        do throws(CredentialError) {
            #expect(try credentials.checked(step: "test", at: 1_700_000_000_000) == credentials)
            #expect(code == nil)
        } catch {
            #expect(error.code == code)
            #expect(!error.description.contains("canary"))
        }
    }
}
