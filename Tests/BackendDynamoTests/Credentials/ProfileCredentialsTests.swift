import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct ProfileCredentialsTests {
    static let role = """
        <AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::222233334444:assumed-role/r/s</Arn>\
        </AssumedRoleUser><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role/secret</SecretAccessKey>\
        <SessionToken>role&amp;token</SessionToken><Expiration>2023-11-14T23:00:00Z</Expiration></Credentials>\
        </AssumeRoleResult></AssumeRoleResponse>
        """
    static let ofRole = Credentials(
        accessKeyID: "ASIAROLE",
        secretAccessKey: Secret("role/secret"),
        sessionToken: Secret("role&token"),
        expiration: 1_700_002_800_000,
        accountID: "222233334444"
    )
    private static let keys = "aws_access_key_id = AKID\naws_secret_access_key = secret-canary\n"

    private func provider(
        config: String? = nil,
        credentials: String? = nil,
        _ variables: [String: String] = [:],
        files: [String: String] = [:],
        transport: ScriptedTransport = ScriptedTransport()
    ) -> ProfileCredentials {
        var files = files
        files["/home/u/.aws/config"] = config
        files["/home/u/.aws/credentials"] = credentials
        return ProfileCredentials(environment: CredentialEnvironment(variables, files: files, transport: transport))
    }

    @Test(
        arguments: [
            (nil, "[default]\n" + keys, [:]), ("[default]\n" + keys, nil, [:]),
            ("[profile p]\n" + keys, "[default]\naws_access_key_id = other", ["AWS_PROFILE": "p"]),
            (nil, "[p]\n" + keys, ["AWS_PROFILE": "p"]),
            ("[default]\naws_access_key_id = stale\nregion = x", "[default]\n" + keys, [:]),
            ("[default]\naws_access_key_id = AKID", "[default]\naws_secret_access_key = secret-canary", [:]),
        ] as [(String?, String?, [String: String])]
    )
    func `keys are read from either file`(
        _ config: String?,
        _ credentials: String?,
        _ variables: [String: String]
    ) async {
        let outcome = await self.provider(config: config, credentials: credentials, variables).outcome()
        #expect(outcome == .success(Credentials(accessKeyID: "AKID", secretAccessKey: Secret("secret-canary"))))
    }

    @Test func `token, account and places of the files are taken from their settings`() async {
        let text = "[p]\n\(Self.keys)aws_session_token = token\naws_account_id = 111122223333"
        let variables = [
            "AWS_PROFILE": "p", "AWS_SHARED_CREDENTIALS_FILE": "~/keys", "AWS_CONFIG_FILE": "/etc/aws",
        ]
        let files = ["/home/u/keys": text, "/etc/aws": "[default]\n"]
        let outcome = await self.provider(variables, files: files).outcome()
        #expect(
            outcome
                == .success(
                    Credentials(
                        accessKeyID: "AKID",
                        secretAccessKey: Secret("secret-canary"),
                        sessionToken: Secret("token"),
                        accountID: "111122223333"
                    )
                )
        )
    }

    @Test(
        arguments: [
            ("[profile x]\nregion = eu-west-1", [:], .notConfigured, "default"),
            ("[default]\nregion = eu-west-1", [:], .notConfigured, "no keys"),
            ("[default]\nregion = eu-west-1", ["AWS_PROFILE": "default"], .invalid, "no keys"),
            ("[default]\nregion = eu-west-1", ["AWS_PROFILE": "gone"], .invalid, "[profile gone]"),
            ("[default]\naws_secret_access_key = canary", [:], .invalid, "both"),
            ("[default]\naws_access_key_id = AKID", [:], .invalid, "both"),
            ("[default]\nrole_arn = r", [:], .invalid, "source_profile or credential_source"),
            ("[default]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment", [:], .invalid, "either"),
            ("[default]\nrole_arn = r\nsource_profile = a", [:], .invalid, "Profile \"a\" is in neither file"),
            ("[default]\nrole_arn = r\nsource_profile = default", [:], .invalid, "no keys"),
            (
                "[default]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = default", [:],
                .invalid, "circle"
            ),
            (
                "[default]\nrole_arn = r\nsource_profile = b\nmfa_serial = m\n[profile b]\n" + keys, [:], .invalid,
                "mfa_serial"
            ),
            ("[default]\nrole_arn = r\ncredential_source = Nowhere", [:], .invalid, "Ec2InstanceMetadata"),
            ("[default]\nrole_arn = r\ncredential_source = Environment", [:], .invalid, "AWS_ACCESS_KEY_ID"),
            ("[default]\nrole_arn = r\nweb_identity_token_file = /gone", [:], .invalid, "/gone"),
            ("[default]\nrole_arn = r\nduration_seconds = long", [:], .invalid, "duration_seconds"),
            ("[default]\nrole_arn = r\nduration_seconds = 899", [:], .invalid, "duration_seconds"),
            ("[default]\ncredential_process = 'open", [:], .invalid, "quote"),
            ("[default]\ncredential_process = no-such-program-of-any-kind", [:], .invalid, "not there"),
            ("[default]\nsso_session = s", [:], .invalid, "sso_account_id"),
            ("[default\n", [:], .invalid, "line 1"),
        ] as [(String, [String: String], CredentialError.Code, String)]
    )
    func `what is wrong with a profile is said`(
        _ config: String,
        _ variables: [String: String],
        _ code: CredentialError.Code,
        _ part: String
    ) async {
        let error = await self.provider(config: config, variables).outcome().error
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true, "\(String(describing: error))")
        #expect(error?.description.contains("canary") == false)
    }

    @Test func `no files are no error`() async {
        #expect(await self.provider().outcome().error?.code == .notConfigured)
    }

    @Test(arguments: [
        "[default]\nrole_arn = arn:r\nsource_profile = base\n[profile base]\n" + keys,
        "[default]\nrole_arn = arn:r\nsource_profile = default\n" + keys,
        "[default]\nrole_arn = arn:r\nsource_profile = base\n[profile base]\nrole_arn = other\nsource_profile = x\n"
            + keys,
    ])
    func `a role is assumed with the keys of its source`(_ config: String) async throws {
        let transport = ScriptedTransport(["POST /": (200, Self.role)])
        let outcome = await self.provider(config: config, transport: transport).outcome()
        #expect(outcome == .success(Self.ofRole))
        let request = try #require(transport.requests.first)
        #expect(transport.requests.count == 1)
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(
            request.form
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=regionkit-1700000000000"
        )
        let authorization = try #require(request.header("Authorization"))
        #expect(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKID/20231114/eu-west-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date,"
            )
        )
    }

    @Test func `roles are assumed one with the other, with what their profiles say`() async throws {
        let config = """
            [default]
            role_arn = arn:second
            source_profile = middle
            role_session_name = s&1
            duration_seconds = 900
            external_id = id=2
            region = us-gov-west-1
            [profile middle]
            role_arn = arn:first
            credential_source = Environment
            """
        let transport = ScriptedTransport(["POST /": (200, Self.role)])
        let variables = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "cn-north-1"]
        let outcome = await self.provider(config: config, variables, transport: transport).outcome()
        #expect(outcome == .success(Self.ofRole))
        #expect(
            transport.requests.map(\.url) == [
                "https://sts.cn-north-1.amazonaws.com.cn/", "https://sts.us-gov-west-1.amazonaws.com/",
            ]
        )
        let last = try #require(transport.requests.last)
        #expect(
            last.form
                == "Action=AssumeRole&ExternalId=id%3D2&Version=2011-06-15&RoleArn=arn%3Asecond&RoleSessionName=s%261&DurationSeconds=900"
        )
        #expect(last.header("X-Amz-Security-Token") == "role&token")
        #expect(last.header("Authorization")?.contains("Credential=ASIAROLE/") == true)
    }
}
