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
        let authorization = self.authorization(
            canonicalDigest: Hex.text(canonicalDigest.finish()),
            signedHeaders: canonical.signedHeaders,
            with: credentials,
            at: time
        )
        if !signsToken { added += token }
        return added + [(name: "Authorization", value: authorization)]
    }

    /// The value of the header `Authorization`.
    func authorization(
        canonicalDigest: String,
        signedHeaders: String,
        with credentials: Credentials,
        at time: String
    ) -> String {
        let derived = self.derivedKey(for: credentials, day: time.prefix(8))
        let signature = derived.key.code { message in
            message.update("AWS4-HMAC-SHA256\n")
            message.update(time)
            message.update("\n")
            message.update(derived.scope)
            message.update("\n")
            message.update(canonicalDigest)
        }
        var text = ""
        text.reserveCapacity(256)
        text += "AWS4-HMAC-SHA256 Credential="
        text += credentials.accessKeyID
        text += "/"
        text += derived.scope
        text += ", SignedHeaders="
        text += signedHeaders
        text += ", Signature="
        text += Hex.text(signature)
        return text
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
