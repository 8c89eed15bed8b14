internal import CCurl
internal import RegionKitCore

extension HTTPError {
    /// The answer to a cancelled task.
    static func cancelled(mayHaveBeenSent: Bool = false) -> HTTPError {
        HTTPError(.cancelled, mayHaveBeenSent: mayHaveBeenSent, "The HTTP request was cancelled.")
    }

    /// The answer when the time was over before the request was begun.
    static func late() -> HTTPError {
        HTTPError(.timedOut, "The time was over before the HTTP request was sent.")
    }

    /// The answer after a shutdown.
    static func closed(mayHaveBeenSent: Bool = false) -> HTTPError {
        HTTPError(.closed, mayHaveBeenSent: mayHaveBeenSent, "The HTTP client was shut down.")
    }

    init(_ code: CURLMcode, mayHaveBeenSent: Bool) {
        let reason = unsafe String(cString: curl_multi_strerror(code))
        self.init(.local, mayHaveBeenSent: mayHaveBeenSent, "libcurl failed: \(reason).")
    }

    /// What the failure of a transfer means: the one place where libcurl's results are classed.
    ///
    /// Reference: <https://curl.se/libcurl/c/libcurl-errors.html>
    init(_ code: CURLcode, _ transfer: HTTPTransfer, now: MonotonicInstant) {
        let kind = Self.kind(code, transfer, now)
        let place = transfer.exchange?.request.origin.text ?? "a server"
        let detail = transfer.detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : transfer.detail
        let reason =
            switch kind {
            case .addressRefused:
                "its address is link-local, or plain HTTP to another machine, or not among the fixed ones"
            case .connectionClosed where code == CURLE_OK: "the connection was closed within the answer's headers"
            case .tooLarge: "the answer is larger than allowed"
            case .sendFailedRewind: "the connection broke before the answer, and the request is not sent twice"
            default: detail
            }
        self.init(kind, mayHaveBeenSent: transfer.mayHaveBeenSent, "A request to \(place) failed: \(reason).")
    }

    private static func kind(_ code: CURLcode, _ transfer: HTTPTransfer, _ now: MonotonicInstant) -> Kind {
        switch transfer.fault {
        case .tooLarge: return .tooLarge
        case .wouldSendAgain: return .sendFailedRewind
        case .addressRefused where code == CURLE_COULDNT_CONNECT: return .addressRefused
        case .addressRefused, nil: break
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameNotResolved
        case CURLE_COULDNT_CONNECT: return .connectFailed
        case CURLE_OPERATION_TIMEDOUT:
            // libcurl counts in milliseconds.
            let isOver = (transfer.exchange?.deadline ?? now) <= now.advanced(byNanoseconds: 2_000_000)
            return transfer.mayHaveBeenSent || isOver ? .timedOut : .connectTimedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS:
            return .tlsFailed
        // libcurl takes headers that break off for an answer.
        case CURLE_OK: return .connectionClosed
        // A header line without an end.
        case CURLE_OUT_OF_MEMORY where transfer.mayHaveBeenSent && !transfer.isHeadComplete: return .tooLarge
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SSL_SHUTDOWN_FAILED:
            return .connectionClosed
        case CURLE_SEND_FAIL_REWIND: return .sendFailedRewind
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: return .badAnswer
        default: return .local
        }
    }
}
