import RegionKitCore
import Testing

@testable import BackendDynamo

struct ServiceFaultTests {
    private static let prefix = "com.amazonaws.dynamodb.v20120810#"

    private static func fault(_ code: String, status: Int = 400) -> ServiceFault {
        ServiceFault(
            status: status,
            body: WireFixture.bytes(#"{"__type":"\#(self.prefix)\#(code)","message":"What happened."}"#)
        )
    }

    /// Codes that mean the same for reads and writes.
    @Test(
        arguments: [
            ("ConditionalCheckFailedException", .rejected, .conditionFailed),
            ("DuplicateItemException", .rejected, .conditionFailed),
            ("ValidationException", .rejected, .validation),
            ("ValidationError", .rejected, .validation),
            ("SerializationException", .rejected, .validation),
            ("ItemCollectionSizeLimitExceededException", .rejected, .validation),
            ("InvalidParameterCombination", .rejected, .validation),
            ("InvalidParameterValue", .rejected, .validation),
            ("InvalidQueryParameter", .rejected, .validation),
            ("MalformedQueryString", .rejected, .validation),
            ("MissingAction", .rejected, .validation),
            ("MissingParameter", .rejected, .validation),
            ("MalformedHttpRequestException", .rejected, .validation),
            ("RequestEntityTooLargeException", .rejected, .validation),
            ("UnknownOperationException", .rejected, .unsupported),
            ("InvalidAction", .rejected, .unsupported),
            ("UnsupportedOperationException", .rejected, .unsupported),
            ("IdempotentParameterMismatchException", .rejected, .idempotencyMismatch),
            ("AccessDeniedException", .rejected, .accessDenied),
            ("AccessDenied", .rejected, .accessDenied),
            ("UnrecognizedClientException", .rejected, .accessDenied),
            ("InvalidClientTokenId", .rejected, .accessDenied),
            ("ExpiredTokenException", .rejected, .accessDenied),
            ("ExpiredToken", .rejected, .accessDenied),
            ("InvalidSignatureException", .rejected, .accessDenied),
            ("SignatureDoesNotMatch", .rejected, .accessDenied),
            ("IncompleteSignature", .rejected, .accessDenied),
            ("IncompleteSignatureException", .rejected, .accessDenied),
            ("MissingAuthenticationToken", .rejected, .accessDenied),
            ("MissingAuthenticationTokenException", .rejected, .accessDenied),
            ("RequestExpired", .rejected, .accessDenied),
            ("RequestTimeTooSkewed", .rejected, .accessDenied),
            ("AuthFailure", .rejected, .accessDenied),
            ("NotAuthorized", .rejected, .accessDenied),
            ("UnauthorizedOperation", .rejected, .accessDenied),
            ("OptInRequired", .rejected, .accessDenied),
            ("ProvisionedThroughputExceededException", .throttled, .throttled),
            ("RequestLimitExceeded", .throttled, .throttled),
            ("ThrottlingException", .throttled, .throttled),
            ("Throttling", .throttled, .throttled),
            ("ThrottledException", .throttled, .throttled),
            ("RequestThrottled", .throttled, .throttled),
            ("RequestThrottledException", .throttled, .throttled),
            ("TooManyRequestsException", .throttled, .throttled),
            ("LimitExceededException", .throttled, .throttled),
            ("BandwidthLimitExceeded", .throttled, .throttled),
            ("SlowDown", .throttled, .throttled),
            ("PriorRequestNotComplete", .throttled, .throttled),
            ("TransactionConflictException", .conflict, .conflict),
            ("ReplicatedWriteConflictException", .conflict, .conflict),
            ("TransactionInProgressException", .conflict, .conflict),
            ("ResourceNotFoundException", .unavailable, .unavailable),
            ("TableNotFoundException", .unavailable, .unavailable),
            ("IndexNotFoundException", .unavailable, .unavailable),
            ("ReplicaNotFoundException", .unavailable, .unavailable),
            ("GlobalTableNotFoundException", .unavailable, .unavailable),
            ("ResourceInUseException", .unavailable, .unavailable),
            ("TableInUseException", .unavailable, .unavailable),
            ("InvalidEndpointException", .unavailable, .unavailable),
        ] as [(String, FailureClass, ErrorCode)]
    )
    func `a code has one class`(name: String, failure: FailureClass, code: ErrorCode) {
        for kind in OperationKind.allCases {
            let error = Self.fault(name).backendError(for: kind)
            #expect(error.failure == failure)
            #expect(error.code == code)
            #expect(code == .conditionFailed || error.message == "\(name): What happened.")
            // A failed server may have done the write, whatever it says; only throttling comes before all else.
            let late = Self.fault(name, status: 503).backendError(for: kind)
            let unknown: FailureClass = kind == .write ? .unknownOutcome : .unavailable
            #expect(late.failure == (failure == .throttled ? .throttled : unknown))
        }
    }

    @Test(arguments: [
        ("InternalServerError", 500), ("InternalFailure", 500), ("ServiceUnavailable", 503),
        ("ServiceUnavailableException", 503), ("InternalServerError", 400), ("RequestTimeout", 408),
        ("RequestTimeoutException", 400), ("RequestAbortedException", 400), ("SomethingNewException", 400),
        ("SomethingNewException", 418), ("TransactionCanceledException", 500), ("", 400), (":", 400), ("#", 400),
        ("Not a code!", 400),
    ])
    func `an unknown error or a server's is unknown to writes and unavailable to reads`(name: String, status: Int) {
        let write = Self.fault(name, status: status).backendError(for: .write)
        #expect(write.failure == .unknownOutcome)
        #expect(write.code == .outcomeUnknown)
        let read = Self.fault(name, status: status).backendError(for: .read)
        #expect(read.failure == .unavailable)
        #expect(read.code == .unavailable)
    }

    @Test(arguments: [
        "<?xml version=\"1.0\"?><ErrorResponse><Error><Code>ThrottlingException</Code></Error></ErrorResponse>",
        "<html><head><title>502 Bad Gateway</title></head></html>", "Bad Gateway", "{", "[]", "{}{}", "\u{0}",
        #"{"__type":"x#ValidationException""#, #"{"__type":"x#ValidationException","__type":"x#ThrottlingException"}"#,
        #"{"__type":7}"#, #"{"message":{}}"#,
    ])
    func `a body that cannot be read tells nothing, even beside a header`(body: String) {
        for status in [200, 301, 400, 403, 429, 500, 503] {
            for header in [nil, "ValidationException", "ThrottlingException"] {
                let fault = ServiceFault(status: status, errorType: header, body: WireFixture.bytes(body))
                #expect(!fault.isReadable)
                #expect(fault.backendError(for: .write).failure == .unknownOutcome)
                #expect(fault.backendError(for: .write).code == .outcomeUnknown)
                #expect(fault.backendError(for: .read).failure == .unavailable)
                #expect(fault.backendError(for: .read).code == .protocolViolation)
            }
        }
    }

    @Test func `a body that does not match its checksum tells nothing`() {
        let body = WireFixture.bytes(#"{"__type":"x#ValidationException"}"#)
        let checksum = CRC32.checksum(body.span)
        let whole = ServiceFault(status: 400, checksum: "\(checksum)", body: body)
        #expect(whole.backendError(for: .write).failure == .rejected)
        let damaged = ServiceFault(status: 400, checksum: "\(checksum ^ 1)", body: body)
        #expect(damaged.backendError(for: .write).failure == .unknownOutcome)
        #expect(damaged.backendError(for: .read).failure == .unavailable)
    }

    @Test(
        arguments: [
            (#"{"__type":"a.b#ThrottlingException"}"#, nil, "ThrottlingException"),
            (#"{"__type":"a#b#ThrottlingException:http://x#y"}"#, nil, "ThrottlingException"),
            (#"{"__type":"ThrottlingException"}"#, nil, "ThrottlingException"),
            (#"{"code":"ThrottlingException"}"#, nil, "ThrottlingException"),
            (#"{"code":"Other","__type":"ThrottlingException"}"#, nil, "ThrottlingException"),
            (#"{"__type":"ThrottlingException","code":"Other"}"#, nil, "ThrottlingException"),
            (#"{"__type":null}"#, "ThrottlingException", "ThrottlingException"),
            (#"{"__type":"ThrottlingException"}"#, "Other", "ThrottlingException"),
            ("", "ThrottlingException", "ThrottlingException"),
            ("{}", "ThrottlingException:http://internal.amazon.com/coral/", "ThrottlingException"),
            ("{}", "a.b#ThrottlingException:http://internal", "ThrottlingException"),
            ("{}", nil, nil), ("", nil, nil), ("{}", "", nil), ("{}", "<b>", nil),
            ("{}", String(repeating: "x", count: 129), nil),
        ] as [(String, String?, String?)]
    )
    func `the code is read from the body, then from the header`(body: String, header: String?, code: String?) {
        #expect(ServiceFault(status: 400, errorType: header, body: WireFixture.bytes(body)).code == code)
    }

    @Test func `a status tells something where there is no code`() {
        #expect(ServiceFault(status: 429, body: []).backendError(for: .write).failure == .throttled)
        #expect(ServiceFault(status: 503, body: []).backendError(for: .write).failure == .unknownOutcome)
        #expect(ServiceFault(status: 403, body: []).backendError(for: .write).failure == .unknownOutcome)
        let error = ServiceFault(status: 503, body: []).backendError(for: .read)
        #expect(error.failure == .unavailable)
        #expect(error.message == "HTTP status 503 without an error code")
    }

    @Test(arguments: [
        (#""message":"small""#, "ThrottlingException: small"),
        (#""Message":"large""#, "ThrottlingException: large"),
        (#""message":"""#, "ThrottlingException"),
        (#""message":null"#, "ThrottlingException"),
        (#""throttlingReasons":[{"reason":"TableWriteKeyRangeThroughputExceeded"}]"#, "ThrottlingException"),
    ])
    func `a message is found under both of its names`(member: String, message: String) {
        let body = WireFixture.bytes(#"{"__type":"x#ThrottlingException",\#(member)}"#)
        #expect(ServiceFault(status: 400, body: body).backendError(for: .read).message == message)
    }

    @Test func `a failed condition gives the stored item as callers see it`() {
        let body = WireFixture.bytes(
            #"{"__type":"x#ConditionalCheckFailedException","message":"The conditional request failed","#
                + #""Item":{"pk":{"S":"a"},"_rk":{"B":"\#(WireFixture.stampText)"}}}"#
        )
        let error = WireFixture.full.error(ServiceFault(status: 400, body: body), for: .write, now: WireFixture.now)
        #expect(error.storedItem == ["pk": "a"])
        #expect(error.message == "The condition does not hold.")
    }
}
