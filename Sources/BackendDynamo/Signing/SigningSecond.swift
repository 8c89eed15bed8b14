internal import RegionKitCore

/// What the signatures of one second have in common: those of AWS JSON requests to one host, with the same credentials.
struct SigningSecond: Sendable {
    let seconds: Int64
    let host: String
    let credentials: Credentials
    /// The value of the header `X-Amz-Date`.
    let date: String
    let signedHeaders: String
    /// The canonical request's digest as it stands before the target.
    let canonical: SHA256
    /// The code as it stands before the canonical request's digest.
    let key: HMACSHA256
    /// The header `Authorization` up to the signature.
    let authorization: String

    init(
        _ seconds: Int64,
        host: String,
        with credentials: Credentials,
        of signer: RequestSigner
    ) {
        let date = CivilTime(seconds: seconds).signingText
        let token = credentials.sessionToken
        let signedHeaders =
            "content-type;host;x-amz-date;" + (token == nil ? "" : "x-amz-security-token;") + "x-amz-target"
        var canonical = SHA256()
        canonical.update("POST\n/\n\ncontent-type:\(RequestSigner.jsonContentType)\nhost:\(host)\nx-amz-date:\(date)")
        if let token { canonical.update("\nx-amz-security-token:" + token.reveal()) }
        canonical.update("\nx-amz-target:")
        let form = signer.form(signedHeaders: signedHeaders, with: credentials, at: date)
        (self.seconds, self.host, self.credentials) = (seconds, host, credentials)
        (self.date, self.signedHeaders, self.canonical) = (date, signedHeaders, canonical)
        (self.key, self.authorization) = form
    }
}
