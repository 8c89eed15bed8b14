import RegionKitCore
import Testing

@testable import BackendDynamo

struct StandardCredentialsTests {
    @Test func `credentials that are given go before those of the environment`() async throws {
        let given = Credentials(accessKeyID: "AKIAGIVEN00000000000", secretAccessKey: Secret("s"))
        let environment = ["AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT00000", "AWS_SECRET_ACCESS_KEY": "canary-env"]
        let found = try await StandardCredentials(given, environment: environment).credentials()
        #expect(found.accessKeyID == "AKIAGIVEN00000000000")
        let other = StandardCredentials(environment: environment)
        #expect(try await other.credentials().secretAccessKey.reveal() == "canary-env")
        #expect(await other.trace().joined().contains("canary") == false)
    }

    @Test func `a container's service is asked over HTTP`() async throws {
        let answer = """
            {"AccessKeyId":"ASIACONTAINER0000000","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}
            """
        try await withServer(
            .patient,
            script: { connection in
                if connection.read() != nil { _ = connection.answer(answer) }
            }
        ) { server, _, _ in
            let environment = [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:\(server.port)/get",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "canary", "AWS_EC2_METADATA_DISABLED": "true",
            ]
            let found = try await StandardCredentials(environment: environment).credentials()
            #expect(found.accessKeyID == "ASIACONTAINER0000000")
        }
    }
}
