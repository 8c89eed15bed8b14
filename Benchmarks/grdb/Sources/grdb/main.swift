import Foundation
import GRDB

// Point reads of random keys with GRDB, on the file that the `sqlite` benchmark made; prints nanoseconds a read.
//
// grdb PATH ITEMS READS

let arguments = CommandLine.arguments
guard arguments.count == 4, let items = Int(arguments[2]), let reads = Int(arguments[3]) else {
    print("usage: grdb PATH ITEMS READS")
    exit(2)
}
var configuration = Configuration()
configuration.readonly = true
configuration.prepareDatabase { database in
    try database.execute(sql: "PRAGMA cache_size = -16384; PRAGMA mmap_size = 1073741824")
}
let pool = try DatabasePool(path: arguments[1], configuration: configuration)
let keys = (0..<reads).map { _ in
    let digits = String(Int.random(in: 0..<items))
    return Data("item-\(String(repeating: "0", count: 11 - digits.count))\(digits)".utf8)
}

func run(_ keys: some Sequence<Data>) async throws {
    for key in keys {
        let value = try await pool.read { database in
            try Data.fetchOne(database, sql: "SELECT value FROM item WHERE pk = ? AND sk = x''", arguments: [key])
        }
        guard let value, value.count > 900 else { fatalError("an item is missing") }
    }
}

try await run(keys.prefix(reads / 10))
let start = ContinuousClock.now
try await run(keys)
let (seconds, attoseconds) = (ContinuousClock.now - start).components
print((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(reads))
