import RegionKitCore
import Testing

@testable import BackendDynamo

struct EnvironmentCredentialsTests {
    @Test func `variables are read`() async {
        let environment = CredentialEnvironment([
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
            "AWS_ACCOUNT_ID": "111122223333",
        ])
        let outcome = await EnvironmentCredentials(environment: environment).outcome()
        #expect(
            outcome
                == .success(
                    Credentials(
                        accessKeyID: "AKID",
                        secretAccessKey: Secret("secret"),
                        sessionToken: Secret("token"),
                        accountID: "111122223333"
                    )
                )
        )
    }

    @Test(
        arguments: [
            ([:], .notConfigured), (["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""], .notConfigured),
            (["AWS_ACCESS_KEY_ID": "AKID"], .invalid), (["AWS_SECRET_ACCESS_KEY": "canary"], .invalid),
            (["AWS_SESSION_TOKEN": "canary"], .notConfigured),
        ] as [([String: String], CredentialError.Code)]
    )
    func `half a pair is an error, none is not`(_ variables: [String: String], _ code: CredentialError.Code) async {
        let error = await EnvironmentCredentials(environment: CredentialEnvironment(variables)).outcome().error
        #expect(error?.code == code)
        #expect(error?.description.contains("canary") == false)
    }
}
