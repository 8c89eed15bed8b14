import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct SSOLoginTests {
    private static let session = """
        [default]
        sso_session = my-sso
        sso_account_id = 111122223333
        sso_role_name = Read Only
        [sso-session my-sso]
        sso_region = eu-central-1
        sso_start_url = https://d-1.awsapps.com/start
        """
    private static let older = """
        [default]
        sso_start_url = https://d-1.awsapps.com/start
        sso_region = eu-central-1
        sso_account_id = 111122223333
        sso_role_name = Read Only
        """
    private static let answer = """
        {"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s-canary","sessionToken":"t-canary",\
        "expiration":1700002800000}}
        """

    private static func cache(_ expiration: String, token: String = "login-canary") -> String {
        #"{"accessToken":"\#(token)","expiresAt":"\#(expiration)","region":"eu-central-1"}"#
    }

    private func provider(_ config: String, cache: String?, _ transport: ScriptedTransport) -> ProfileCredentials {
        var files = ["/home/u/.aws/config": config]
        for key in ["my-sso", "https://d-1.awsapps.com/start"] {
            let name = SHA1.hash(Array(key.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            files["/home/u/.aws/sso/cache/\(name).json"] = cache
        }
        return ProfileCredentials(environment: CredentialEnvironment(files: files, transport: transport))
    }

    @Test(arguments: [session, older])
    func `the log-in of the cache is given for credentials`(_ config: String) async throws {
        let transport = ScriptedTransport(["GET /federation/credentials": (200, Self.answer)])
        let outcome = await self.provider(config, cache: Self.cache("2023-11-14T22:13:21Z"), transport).outcome()
        #expect(
            outcome
                == .success(
                    Credentials(
                        accessKeyID: "ASIASSO",
                        secretAccessKey: Secret("s-canary"),
                        sessionToken: Secret("t-canary"),
                        expiration: 1_700_002_800_000,
                        accountID: "111122223333"
                    )
                )
        )
        let request = try #require(transport.requests.first)
        #expect(
            request.url
                == "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials?role_name=Read%20Only&account_id=111122223333"
        )
        #expect(request.header("x-amz-sso_bearer_token") == "login-canary")
    }

    @Test(
        arguments: [
            (nil, 200, answer, .expired), (cache("2023-11-14T22:13:20Z"), 200, answer, .expired),
            (cache(""), 200, answer, .expired), (cache("soon"), 200, answer, .invalid),
            ("canary", 200, answer, .invalid),
            (cache("2023-11-15T00:00:00Z", token: "a\\nX: canary"), 200, answer, .invalid),
            (cache("2023-11-15T00:00:00Z"), 401, "canary", .refused),
            (cache("2023-11-15T00:00:00Z"), 503, "canary", .unreachable),
            (cache("2023-11-15T00:00:00Z"), 200, #"{"x":"canary"}"#, .invalid),
        ] as [(String?, Int, String, CredentialError.Code)]
    )
    func `a log-in that does not hold is an error with the command that renews it`(
        _ cache: String?,
        _ status: Int,
        _ body: String,
        _ code: CredentialError.Code
    ) async {
        let transport = ScriptedTransport(["GET /federation/credentials": (status, body)])
        let error = await self.provider(Self.session, cache: cache, transport).outcome().error
        #expect(error?.code == code)
        #expect(error?.description.contains("canary") == false)
        if code == .expired || code == .refused {
            #expect(error?.message.contains("aws sso login --profile default") == true)
        }
    }

    // The examples of FIPS 180, and one around a block's end.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
    ])
    func `names of cache files are SHA-1 digests`(_ text: String, _ digest: String) {
        let hex = SHA1.hash(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == digest)
    }
}
