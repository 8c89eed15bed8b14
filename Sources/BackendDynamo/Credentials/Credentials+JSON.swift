internal import RegionKitCore

extension Credentials {
    /// Reads the documents of EC2, ECS and of credential processes, which differ in the name of the token alone.
    ///
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
    init(document: JSONDocument, step: String) throws(CredentialError) {
        self.init(
            accessKeyID: try document.text("AccessKeyId", step: step),
            secretAccessKey: Secret(try document.text("SecretAccessKey", step: step)),
            sessionToken: (document["SessionToken"] ?? document["Token"]).map(Secret.init),
            expiration: try document.milliseconds("Expiration", step: step),
            accountID: document["AccountId"]
        )
    }
}
