import RegionKitCore
import Testing

@testable import BackendDynamo

struct CancellationTests {
    private static func error(_ reasons: String, _ message: String = "Transaction cancelled") -> BackendError {
        let body = ##"{"__type":"x#TransactionCanceledException","Message":"\##(message)"\##(reasons)}"##
        let fault = ServiceFault(status: 400, body: WireFixture.bytes(body))
        return WireFixture.full.error(fault, for: .write, now: WireFixture.now)
    }

    @Test(
        arguments: [
            (["ConditionalCheckFailed"], .rejected, .conditionFailed, 1),
            (["None", "ConditionalCheckFailed"], .rejected, .conditionFailed, 2),
            (["None", "DuplicateItem"], .rejected, .conditionFailed, 2),
            (["ThrottlingError", "TransactionConflict", "ConditionalCheckFailed"], .rejected, .conditionFailed, 3),
            (["ItemCollectionSizeLimitExceeded"], .rejected, .validation, 1),
            (["TransactionConflict", "ValidationError"], .rejected, .validation, 2),
            (["AccessDenied"], .rejected, .accessDenied, 1),
            (["None", "TransactionConflict"], .conflict, .conflict, 2),
            (["ThrottlingError", "TransactionConflict"], .conflict, .conflict, 2),
            (["None", "ProvisionedThroughputExceeded"], .throttled, .throttled, 2),
            (["RequestLimitExceeded"], .throttled, .throttled, 1),
            (["ThrottlingError"], .throttled, .throttled, 1),
            (["ResourceNotFound"], .unavailable, .unavailable, 1),
            (["None", "InternalServerError"], .unavailable, .unavailable, 2),
            (["TransactionConflict", "SomethingNew"], .unavailable, .unavailable, 2),
        ] as [([String], FailureClass, ErrorCode, Int)]
    )
    func `the gravest reason decides`(codes: [String], failure: FailureClass, code: ErrorCode, position: Int) {
        let list = codes.map { #"{"Code":"\#($0)","Message":null}"# }.joined(separator: ",")
        let listed = Self.error(#","CancellationReasons":[\#(list)]"#)
        // Some servers put them in the message alone.
        let named = Self.error("", "Transaction cancelled, please refer to … [\(codes.joined(separator: ", "))]")
        for error in [listed, named] {
            #expect(error.failure == failure)
            #expect(error.code == code)
            let cause = code == .conditionFailed ? "The condition does not hold." : codes[position - 1]
            #expect(error.message == "Write \(position) of \(codes.count): \(cause)")
        }
    }

    @Test func `the item that failed its condition is given`() {
        let error = Self.error(
            #","CancellationReasons":[{"Code":"None","Item":{"pk":{"S":"b"}}},{"Code":"ConditionalCheckFailed","#
                + #""Message":"The conditional request failed","Item":{"pk":{"S":"a"},"#
                + #""_rk":{"B":"\#(WireFixture.stampText)"}}}]"#
        )
        #expect(error.storedItem == ["pk": "a"])
    }

    @Test(arguments: ["", #","CancellationReasons":[]"#, #","CancellationReasons":[{"Code":"None"},{"Code":null},{}]"#])
    func `a cancellation without reason is the region's`(reasons: String) {
        let error = Self.error(reasons)
        #expect(error.failure == .unavailable)
        #expect(error.message == "DynamoDB cancelled the transaction and gave no reason.")
    }
}
