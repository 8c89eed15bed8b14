internal import RegionKitCore
internal import Synchronization

/// Signs requests to one service in one region with AWS Signature Version 4.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>. Any number of
/// threads may sign at once. The key derived for a day and a key pair is kept until another one is asked for.
final class RequestSigner: Sendable {
    /// The key derived for one day and key pair.
    private struct DerivedKey {
        var day: String
        var accessKeyID: String
        var secret: Secret
        var scope: String
        var key: HMACSHA256
    }

    let region: String
    let service: String
    private let derived = Mutex<DerivedKey?>(nil)
    private let second = Mutex<SigningSecond?>(nil)

    init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// The headers to add to a request, `Authorization` the last of them.
    ///
    /// - Parameters:
    ///   - seconds: when it is sent, in seconds since 1970 by the server's clock.
    ///   - normalizesPath: whether dots and empty segments are taken out of the path; S3 alone wants them left.
    ///   - addsDigest: whether the body's digest is sent as a header as well.
    ///   - signsToken: whether a session token is part of what is signed.
    func headers(
        signing request: SignableRequest,
        with credentials: Credentials,
        at seconds: Int64,
        normalizesPath: Bool = true,
        addsDigest: Bool = false,
        signsToken: Bool = true
    ) -> [(name: String, value: String)] {
        var digest = SHA256()
        digest.update(request.body.span)
        let bodyDigest = Hex.text(digest.finish())
        let time = CivilTime(seconds: seconds).signingText
        var added = [(name: "X-Amz-Date", value: time)]
        let token = credentials.sessionToken.map { [(name: "X-Amz-Security-Token", value: $0.reveal())] } ?? []
        if signsToken { added += token }
        if addsDigest { added.append((name: "x-amz-content-sha256", value: bodyDigest)) }
        var complete = request
        complete.headers += added
        let canonical = CanonicalRequest(complete, bodyDigest: bodyDigest, normalizesPath: normalizesPath)
        var canonicalDigest = SHA256()
        canonicalDigest.update(canonical.text)
        let form = self.form(signedHeaders: canonical.signedHeaders, with: credentials, at: time)
        let signature = form.key.code { $0.update(Hex.bytes(canonicalDigest.finish()).span) }
        if !signsToken { added += token }
        return added + [(name: "Authorization", value: form.authorization + Hex.text(signature))]
    }

    /// What a signature is made with: the code as it stands before the canonical request's digest, and the value of the
    /// header `Authorization` up to the signature.
    func form(
        signedHeaders: String,
        with credentials: Credentials,
        at time: String
    ) -> (key: HMACSHA256, authorization: String) {
        let derived = self.derivedKey(for: credentials, day: time.prefix(8))
        let key = derived.key.after { $0.update("AWS4-HMAC-SHA256\n\(time)\n\(derived.scope)\n") }
        return (
            key,
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(derived.scope), SignedHeaders=\(signedHeaders), "
                + "Signature="
        )
    }

    /// What requests of the same second have in common; kept until another one is asked for.
    func second(_ seconds: Int64, host: String, with credentials: Credentials) -> SigningSecond {
        let last = self.second.withLock { $0 }
        if let last, last.seconds == seconds, last.host == host, last.credentials == credentials { return last }
        let new = SigningSecond(seconds, host: host, with: credentials, of: self)
        self.second.withLock { $0 = new }
        return new
    }

    private func derivedKey(for credentials: Credentials, day: Substring) -> DerivedKey {
        self.derived.withLock { derived in
            if let derived, derived.day == day, derived.accessKeyID == credentials.accessKeyID,
                derived.secret == credentials.secretAccessKey
            {
                return derived
            }
            let day = String(day)
            var key = HMACSHA256(key: "AWS4\(credentials.secretAccessKey.reveal())".utf8.span)
            for step in [day, self.region, self.service, "aws4_request"] {
                let code = key.code { $0.update(step) }
                key = HMACSHA256(key: code.span)
            }
            let new = DerivedKey(
                day: day,
                accessKeyID: credentials.accessKeyID,
                secret: credentials.secretAccessKey,
                scope: "\(day)/\(self.region)/\(self.service)/aws4_request",
                key: key
            )
            derived = new
            return new
        }
    }
}
