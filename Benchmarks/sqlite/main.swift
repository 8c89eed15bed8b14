internal import BackendSQLite
internal import Foundation
internal import RegionKitCore
internal import SQLitePeer

// P5, P6 and P10: point reads and durable writes of a SQLite region against plain C on the same machine, in alternating
// pairs, and replication between two. One JSON line a comparison: median times in nanoseconds, and the median, lowest
// and highest ratio.
//
// sqlite read [items] [pairs] [reads] | write [writes] [pairs] | writes-only [writes] | replicate [changes] [rounds]
// sqlite make FOLDER ITEMS | get FOLDER ITEMS READS: a file for other programs to read, and our reads of it

let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.dropFirst().compactMap { Int($0) }
let folder =
    FileManager.default.temporaryDirectory.path + "/regionkit-bench-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }
switch arguments.first {
case "read":
    try await ReadBenchmark(folder: folder, items: numbers.first ?? 100_000).run(
        pairs: numbers.dropFirst().first ?? 11,
        reads: numbers.dropFirst(2).first ?? 100_000
    )
case "write":
    try await WriteBenchmark(folder: folder).run(
        writes: numbers.first ?? 50_000,
        pairs: numbers.dropFirst().first ?? 11
    )
case "writes-only":
    let benchmark = WriteBenchmark(folder: folder)
    print(try await benchmark.ours(numbers.first ?? 50_000, round: 0))
case "replicate":
    try await ReplicationBenchmark(folder: folder).run(
        changes: numbers.first ?? 100_000,
        rounds: numbers.dropFirst().first ?? 5
    )
case "make":
    if let target = arguments.dropFirst().first, let items = numbers.first {
        try await ReadBenchmark(folder: target, items: items).make()
    }
case "get":
    if let target = arguments.dropFirst().first, numbers.count == 2 {
        print(try await ReadBenchmark(folder: target, items: numbers[0]).gets(numbers[1]))
    }
default:
    print(
        "usage: sqlite read [items] [pairs] [reads] | write [writes] [pairs] | writes-only [writes]\n"
            + "       | replicate [changes] [rounds] | make FOLDER ITEMS | get FOLDER ITEMS READS"
    )
}
