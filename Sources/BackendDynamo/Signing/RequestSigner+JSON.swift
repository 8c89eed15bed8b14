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
        let second = self.second(seconds, host: host, with: credentials)
        var bodyDigest = SHA256()
        bodyDigest.update(body)
        var canonical = second.canonical
        canonical.update(target)
        canonical.update("\n\n")
        canonical.update(second.signedHeaders)
        canonical.update("\n")
        canonical.update(Hex.bytes(bodyDigest.finish()).span)
        let signature = second.key.code { $0.update(Hex.bytes(canonical.finish()).span) }
        return (second.date, second.authorization + Hex.text(signature))
    }
}
