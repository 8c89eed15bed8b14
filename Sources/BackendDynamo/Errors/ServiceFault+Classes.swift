internal import RegionKitCore

// The one place where DynamoDB's errors are given a class.
//
// - <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>
// - <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html>
// - <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
extension ServiceFault {
    private typealias Verdict = (failure: FailureClass, code: ErrorCode)

    /// The verdict on each code that means that nothing was done, by the code without `Exception` at its end.
    ///
    /// Not here, so unknown on a write: InternalServerError, InternalFailure, ServiceUnavailable, RequestTimeout.
    private static let verdicts: [String: Verdict] = {
        let table: [(FailureClass, ErrorCode, String)] = [
            (.rejected, .conditionFailed, "ConditionalCheckFailed DuplicateItem"),
            (
                .rejected, .validation,
                """
                Validation ValidationError ItemCollectionSizeLimitExceeded Serialization InvalidParameterCombination \
                InvalidParameterValue InvalidQueryParameter MalformedQueryString MissingAction MissingParameter \
                MalformedHttpRequest RequestEntityTooLarge
                """
            ),
            (.rejected, .unsupported, "UnknownOperation InvalidAction UnsupportedOperation"),
            (.rejected, .idempotencyMismatch, "IdempotentParameterMismatch"),
            (
                .rejected, .accessDenied,
                """
                AccessDenied UnrecognizedClient InvalidClientTokenId ExpiredToken InvalidSignature \
                SignatureDoesNotMatch IncompleteSignature MissingAuthenticationToken RequestExpired \
                RequestTimeTooSkewed AuthFailure NotAuthorized UnauthorizedOperation OptInRequired
                """
            ),
            (
                .throttled, .throttled,
                """
                ProvisionedThroughputExceeded RequestLimitExceeded Throttling ThrottlingError Throttled \
                RequestThrottled TooManyRequests LimitExceeded BandwidthLimitExceeded SlowDown PriorRequestNotComplete
                """
            ),
            // In the last the other writer is this operation's own earlier attempt, whose outcome stays unknown.
            (.conflict, .conflict, "TransactionConflict ReplicatedWriteConflict TransactionInProgress"),
            // Elsewhere the table may be there: the region's fault, not the caller's.
            (
                .unavailable, .unavailable,
                """
                ResourceNotFound TableNotFound IndexNotFound ReplicaNotFound GlobalTableNotFound ResourceInUse \
                TableInUse InvalidEndpoint
                """
            ),
        ]
        return table.reduce(into: [:]) { verdicts, row in
            for name in row.2.split(separator: " ") { verdicts[String(name)] = (row.0, row.1) }
        }
    }()

    private static func verdict(on code: String) -> Verdict? {
        self.verdicts[code.hasSuffix("Exception") ? String(code.dropLast(9)) : code]
    }

    /// Nothing is known but that it went wrong.
    private static func unknown(_ kind: OperationKind) -> Verdict {
        kind == .write ? (.unknownOutcome, .outcomeUnknown) : (.unavailable, .unavailable)
    }

    /// What the fault means for an operation of a kind; a stored item is as it is stored, stamp included.
    func backendError(for kind: OperationKind) -> BackendError {
        guard self.isReadable else {
            return Self.unreadable("it is no JSON, or damaged (HTTP status \(self.status))", for: kind)
        }
        if self.code == "TransactionCanceledException", self.status < 500 { return self.cancellation }
        var verdict = self.code.flatMap(Self.verdict) ?? Self.unknown(kind)
        if self.code == nil, self.status == 429 { verdict = (.throttled, .throttled) }
        // A server that failed may have failed after the commit.
        if self.status >= 500, verdict.failure != .throttled { verdict = Self.unknown(kind) }
        if verdict.code == .conditionFailed {
            return BackendError(.rejected, .conditionFailed, "The condition does not hold.", storedItem: self.item)
        }
        let name = self.code ?? "HTTP status \(self.status) without an error code"
        let message = Self.message(name, self.message)
        return BackendError(verdict.failure, verdict.code, message, retryAfter: self.retryAfter)
    }

    /// An answer that cannot be read: a write may have been done.
    static func unreadable(_ reason: String, for kind: OperationKind) -> BackendError {
        BackendError(
            self.unknown(kind).failure,
            kind == .write ? .outcomeUnknown : .protocolViolation,
            ServiceMessage.bounded("DynamoDB's answer cannot be read: \(reason)")
        )
    }

    private static func message(_ name: String, _ text: String?) -> String {
        guard let text, !text.isEmpty else { return name }
        return ServiceMessage.bounded("\(name): \(ServiceMessage.shown(text))")
    }

    /// What a cancelled transaction means: nothing was done, for the gravest of the reasons.
    ///
    /// One that nobody knows is the region's, as in InternalServerError.
    private var cancellation: BackendError {
        let reasons = self.reasons.isEmpty ? self.reasonsInMessage : self.reasons
        let verdicts: [(position: Int, verdict: Verdict)] = reasons.enumerated().compactMap { position, reason in
            reason.code.map { (position, Self.verdict(on: $0) ?? (.unavailable, .unavailable)) }
        }
        let order: [FailureClass] = [.rejected, .unavailable, .conflict, .throttled]
        for failure in order {
            guard let (position, verdict) = verdicts.first(where: { $0.verdict.failure == failure }) else { continue }
            let isCondition = verdict.code == .conditionFailed
            let cause =
                isCondition
                ? "The condition does not hold."
                : Self.message(reasons[position].code ?? "", reasons[position].message)
            return BackendError(
                verdict.failure,
                verdict.code,
                ServiceMessage.bounded("Write \(position + 1) of \(reasons.count): \(cause)"),
                storedItem: isCondition ? reasons[position].item : nil
            )
        }
        return BackendError(.unavailable, .unavailable, "DynamoDB cancelled the transaction and gave no reason.")
    }

    /// The reasons at the message's end, `[None, ConditionalCheckFailed]`, where the answer has no list of them.
    private var reasonsInMessage: [Reason] {
        guard let message, message.hasSuffix("]"), let start = message.lastIndex(of: "[") else { return [] }
        return message[start...].dropFirst().dropLast().split(separator: ",").map { part in
            Reason(code: String(part.drop { $0 == " " }))
        }
    }
}
