internal import RegionKitCore
internal import Synchronization

/// Calls one AWS service in one region: JSON over HTTP, signed, with the server's clock allowed for.
///
/// A request that was refused because of this machine's clock, or of a session token that ended early, is signed anew
/// and sent once more; nothing else is repeated. Returns or throws by the deadline. Any number of calls may run at once.
final class ServiceClient: Sendable {
    let credentials: CredentialCache
    private let origin: HTTPOrigin
    private let signer: RequestSigner
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let skew = Mutex(ClockSkew())

    init(
        _ endpoint: Endpoint,
        service: String,
        credentials: CredentialCache,
        transport: any HTTPTransport,
        time: any TimeSource
    ) throws(HTTPError) {
        let url = endpoint.url
        self.origin = try HTTPOrigin(url.isSecure ? .https : .http, host: url.host, port: url.port)
        self.signer = RequestSigner(region: endpoint.signingRegion, service: service)
        self.credentials = credentials
        self.transport = transport
        self.time = time
    }

    /// Sends a call and gives its answer back, or what the service said instead.
    ///
    /// - Parameters:
    ///   - target: The value of the header `X-Amz-Target`.
    ///   - body: One JSON object.
    ///   - kind: Whether it changes anything: decides what a failed transfer means.
    func call(
        _ target: String,
        _ body: [UInt8],
        _ kind: OperationKind,
        deadline: MonotonicInstant
    ) async throws(BackendError) -> Result<[UInt8], ServiceFault> {
        let first = try await self.send(target, body, kind, deadline)
        guard case .failure(let refusal) = first, refusal.isStale else { return first.mapError(\.fault) }
        return try await self.send(target, body, kind, deadline).mapError(\.fault)
    }

    /// A refusal, and whether signing anew may help.
    private struct Refusal: Error {
        var fault: ServiceFault
        var isStale: Bool
    }

    private func send(
        _ target: String,
        _ body: [UInt8],
        _ kind: OperationKind,
        _ deadline: MonotonicInstant
    ) async throws(BackendError) -> Result<[UInt8], Refusal> {
        let credentials: Credentials
        do throws(CredentialError) {
            credentials = try await self.credentials.credentials(until: deadline)
        } catch {
            throw BackendError(error, isLate: self.time.now >= deadline)
        }
        let sent = self.time.wallMilliseconds
        let (date, authorization) = self.signer.signatureOfJSON(
            target: target,
            body: body.span,
            host: self.origin.authority,
            with: credentials,
            at: (sent + self.skew.withLock(\.milliseconds)) / 1000
        )
        var headers = [
            (name: "Content-Type", value: RequestSigner.jsonContentType),
            (name: "X-Amz-Target", value: target),
            (name: "X-Amz-Date", value: date),
            (name: "Authorization", value: authorization),
        ]
        if let token = credentials.sessionToken {
            headers.append((name: "X-Amz-Security-Token", value: token.reveal()))
        }
        let response: HTTPResponse
        do throws(HTTPError) {
            let request = HTTPRequest(.post, self.origin, headers: headers, body: body)
            response = try await self.transport.send(request, deadline: deadline)
        } catch {
            throw BackendError(error, of: kind)
        }
        let checksum = response.headers["x-amz-crc32"]
        guard response.status != 200 else {
            guard CRC32.matches(checksum, response.body) else {
                throw ServiceFault.unreadable("its checksum is wrong", for: kind)
            }
            return .success(response.body)
        }
        var fault = ServiceFault(
            status: response.status,
            errorType: response.headers["x-amzn-errortype"],
            checksum: checksum,
            retryAfter: response.headers["x-amz-retry-after"],
            body: response.body
        )
        fault.rewrite(credentials.removed(from:))
        let received = self.time.wallMilliseconds
        let isSkewed = self.skew.withLock {
            $0.responded(
                errorCode: fault.code,
                date: response.headers["date"],
                age: response.headers["age"],
                sent: sent,
                received: received
            )
        }
        let isExpired = fault.code == "ExpiredTokenException" || fault.code == "ExpiredToken"
        if isExpired { self.credentials.refused(credentials) }
        return .failure(Refusal(fault: fault, isStale: isSkewed || isExpired))
    }
}

extension Credentials {
    /// A text of others without what is secret here.
    fileprivate func removed(from text: String) -> String {
        [self.secretAccessKey, self.sessionToken].compactMap { $0?.reveal() }.filter { !$0.isEmpty }
            .reduce(text) { $0.replacing($1, with: "…") }
    }
}

extension BackendError {
    /// What it means that a call has no credentials: nothing was sent, and it is no fault of the region's.
    fileprivate init(_ error: CredentialError, isLate: Bool) {
        let (failure, code): (FailureClass, ErrorCode) =
            if error.code == .cancelled { (.notSent, .cancelled) }  // The caller's own.
            else if isLate { (.overloaded, .deadlineExceeded) }  // They may have come when the next attempt asks.
            else { (.rejected, .accessDenied) }  // The same in every region.
        self.init(failure, code, "\(error)")
    }

    /// What a failed transfer means.
    fileprivate init(_ error: HTTPError, of kind: OperationKind) {
        let (failure, code): (FailureClass, ErrorCode) =
            switch error.kind {
            case .overloaded, .local: (.overloaded, .overloaded)
            case .closed: (error.mayHaveBeenSent ? .unknownOutcome : .notSent, .closed)
            case .cancelled: (error.mayHaveBeenSent ? .unknownOutcome : .notSent, .cancelled)
            case .timedOut: (error.mayHaveBeenSent ? .unknownOutcome : .notSent, .deadlineExceeded)
            case .tooLarge, .badAnswer: (kind == .read ? .unavailable : .unknownOutcome, .protocolViolation)
            case .nameNotResolved, .connectFailed, .connectTimedOut, .addressRefused, .tlsFailed, .connectionClosed,
                .sendFailedRewind:
                (error.mayHaveBeenSent ? .unknownOutcome : .notSent, .unavailable)
            }
        self.init(failure, code, error.message)
    }
}
