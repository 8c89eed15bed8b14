internal import RegionKitCore

extension RequestSigner {
    /// The media type that ``signatureOfJSON(target:body:host:with:at:)`` signs.
    static let jsonContentType = "application/x-amz-json-1.0"

    /// The two headers that complete an AWS JSON request: the same as the general way would give, without its lists.
    ///
    /// The request is `POST /` with the headers `Content-Type` (``jsonContentType``), `Host`, `X-Amz-Target`, the
    /// `X-Amz-Date` given back and, where the credentials have a session token, `X-Amz-Security-Token`.
    ///
    /// - Parameters:
    ///   - host: the value of the header `Host`, with the port where that is sent.
    ///   - seconds: when it is sent, in seconds since 1970 by the server's clock.
    func signatureOfJSON(
        target: String,
        body: Span<UInt8>,
        host: String,
        with credentials: Credentials,
        at seconds: Int64
    ) -> (date: String, authorization: String) {
        let time = CivilTime(seconds: seconds).signingText
        var bodyDigest = SHA256()
        bodyDigest.update(body)
        let signedHeaders =
            credentials.sessionToken == nil
            ? "content-type;host;x-amz-date;x-amz-target"
            : "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
        var canonical = SHA256()
        canonical.update("POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:")
        canonical.update(host)
        canonical.update("\nx-amz-date:")
        canonical.update(time)
        if let token = credentials.sessionToken {
            canonical.update("\nx-amz-security-token:")
            canonical.update(token.reveal())
        }
        canonical.update("\nx-amz-target:")
        canonical.update(target)
        canonical.update("\n\n")
        canonical.update(signedHeaders)
        canonical.update("\n")
        canonical.update(Hex.text(bodyDigest.finish()))
        let authorization = self.authorization(
            canonicalDigest: Hex.text(canonical.finish()),
            signedHeaders: signedHeaders,
            with: credentials,
            at: time
        )
        return (time, authorization)
    }
}
