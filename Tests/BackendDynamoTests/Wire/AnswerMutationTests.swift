import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct AnswerMutationTests {
    private static let answers = [
        "{}",
        #"{"Item":{"pk":{"S":"a\n\u00e9"},"n":{"N":"-1.5E3"},"b":{"B":"AQI="},"_rk":{"B":"\#(WireFixture.stampText)"}}}"#,
        #"{"Items":[{"pk":{"S":"a"},"l":{"L":[{"M":{"x":{"BOOL":true}}},{"NULL":true}]}},{"pk":{"SS":["x","y"]}}],"#
            + #""Count":2,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"N":"1"}}}"#,
        #"{"Responses":{"locks":[{"pk":{"S":"b"},"sk":{"N":"1"}}]},"#
            + #""UnprocessedKeys":{"locks":{"Keys":[{"pk":{"S":"d"},"sk":{"N":"1"}}]}}}"#,
        #"{"UnprocessedItems":{"locks":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}},"#
            + #"{"DeleteRequest":{"Key":{"pk":{"S":"b"},"sk":{"N":"2"}}}}]},"ConsumedCapacity":[{"x":[1.5,null]}]}"#,
        #"{"Attributes":{"pk":{"S":"a"},"sk":{"N":"1"}},"ItemCollectionMetrics":{"a":{"b":["c",true,{}]}}}"#,
        ##"{"__type":"x#TransactionCanceledException","Message":"cancelled [None, ConditionalCheckFailed]","##
            + #""CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"a"}}}]}"#,
        ##"{"__type":"x#ConditionalCheckFailedException","message":"failed","Item":{"pk":{"S":"a"}}}"##,
    ]
    private static let marks = Array(#"{}[]",:\u0n1-.eE "#.utf8) + [0x00, 0x80, 0xC3, 0xE2, 0xF0, 0xFF]

    /// 16 × 6,250 = 100,000.
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `no bytes whatever bring the reader down`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        for round in 0..<6_250 {
            let bytes = Self.mutated(Self.answers[round % Self.answers.count], using: &generator)
            refused += Self.isRefused(bytes, by: round / Self.answers.count) ? 1 : 0
            let fault = ServiceFault(status: round % 2 == 0 ? 400 : 500, body: bytes)
            for kind in OperationKind.allCases {
                let error = WireFixture.full.error(fault, for: kind, now: WireFixture.now)
                if error.message.count > 512 || error.message.isEmpty {
                    Issue.record("The message is \(error.message).")
                }
                if !fault.isReadable, error.failure != (kind == .write ? .unknownOutcome : .unavailable) {
                    Issue.record("An unreadable answer is \(error.failure).")
                }
            }
        }
        // Most changes make no JSON; some make other JSON.
        #expect(refused > 3_000 && refused < 6_000)
    }

    /// Whether the reader of that number refuses the bytes.
    private static func isRefused(_ bytes: [UInt8], by reader: Int) -> Bool {
        let (wire, now) = (WireFixture.full, WireFixture.now)
        let readers: [() throws -> Void] = [
            { _ = try wire.found(in: bytes, now: now) }, { _ = try wire.page(in: bytes, now: now) },
            { _ = try wire.batchFound(in: bytes, now: now) }, { _ = try wire.unprocessed(in: bytes) },
            { _ = try wire.written(in: bytes, .delete(Key("a", sort: 1)), stamp: WireFixture.stamp, now: now) },
            { _ = try wire.transacted(in: bytes, [], stamp: nil) },
        ]
        return (try? readers[reader % readers.count]()) == nil
    }

    private static func mutated(_ text: String, using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let mark = Self.marks[Int.random(in: 0..<Self.marks.count, using: &generator)]
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.insert(mark, at: place)
            case 1: bytes.removeLast(bytes.count - place)
            case 2: bytes.removeSubrange(place..<min(place + 5, bytes.count))
            case 3:
                let length = Int.random(in: 0...min(20, bytes.count - place), using: &generator)
                bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
            case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            default: if place < bytes.count { bytes[place] = mark }
            }
        }
        return bytes
    }
}
