internal import Foundation
internal import RegionKitCore

// DynamoDBJSON against JSONSerialization on the same document of about 1 KB, in alternating pairs.
// One JSON line: median times, and the median, lowest and highest ratio of the pairs.

let item: Item = [
    "id": "ws-000042", "created_at": 1_767_225_600, "updated_at": 1_767_226_123_456, "state": "ready",
    "owner": "alice@example.com",
    "title": "Überprüfung der Messreihe 42 – Station Süd", "note": "He said \"go\".\nThen he went.", "locked": false,
    "parent": .null, "score": .number(Number("98.7654321") ?? 0),
    "checksum": .binary((0..<32).map { UInt8($0 &* 37 & 0xFF) }),
    "labels": .stringSet(["priority:high", "team:ocean", "kind:survey", "year:2026"]),
    "sizes": .numberSet([1, 20, 300, 4000]),
    "members": [
        ["name": "bob", "role": "editor", "since": 1_700_000_000],
        ["name": "carol", "role": "viewer", "since": 1_710_000_000],
    ],
    "metadata": [
        "source": "s3://bucket-eu-west-1/incoming/2026/01/31/part-00042.parquet", "rows": 1_048_576, "columns": 48,
        "compressed": true,
        "ratio": .number(Number("0.3125") ?? 0),
    ],
]
let bytes = DynamoDBJSON.encode(item, sorted: true)
let data = Data(bytes)
let object = try JSONSerialization.jsonObject(with: data)
guard try DynamoDBJSON.decode(bytes) == item else { fatalError("The codec does not give back what it got.") }

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let pairs = arguments.first ?? 41
let repetitions = arguments.dropFirst().first ?? 2000

func nanoseconds(_ work: () throws -> Int) rethrows -> Double {
    var sum = 0
    let start = ContinuousClock.now
    for _ in 0..<repetitions { sum &+= try work() }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    precondition(sum > 0)  // so that no work is optimised away
    return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(repetitions)
}

func compared(_ ours: () throws -> Int, _ theirs: () throws -> Int) rethrows -> [String: Double] {
    var rounds: [(ours: Double, theirs: Double)] = []
    for index in 0..<pairs + 2 {
        // The order changes, and the first two pairs warm up.
        if index.isMultiple(of: 2) {
            let first = try nanoseconds(ours)
            rounds.append((first, try nanoseconds(theirs)))
        } else {
            let first = try nanoseconds(theirs)
            rounds.append((try nanoseconds(ours), first))
        }
    }
    rounds.removeFirst(2)
    let ratios = rounds.map { $0.theirs / $0.ours }.sorted()
    return [
        "ns": rounds.map(\.ours).sorted()[pairs / 2].rounded(),
        "foundation_ns": rounds.map(\.theirs).sorted()[pairs / 2].rounded(),
        "ratio": ratios[pairs / 2], "ratio_min": ratios[0], "ratio_max": ratios[pairs - 1],
    ].mapValues { ($0 * 100).rounded() / 100 }
}

let decoding = try compared(
    { try DynamoDBJSON.decode(bytes).count },
    { (try JSONSerialization.jsonObject(with: data) as? [String: Any])?.count ?? 0 }
)
let encoding = try compared(
    { DynamoDBJSON.encode(item).count },
    { try JSONSerialization.data(withJSONObject: object).count }
)

let report: [String: Any] = [
    "benchmark": "codec", "bytes": bytes.count, "pairs": pairs, "decode": decoding, "encode": encoding,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: report, options: .sortedKeys), as: UTF8.self))
