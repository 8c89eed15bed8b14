internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

// What Scripts/torture-sqlite starts and kills.
//
//   prepare DIR                        makes the regions and lets them take writes
//   write DIR REGION SEED [COUNT]      writes, and tells each acknowledged write in a line
//   replicate DIR                      carries changes between the regions
//   check DIR LOG…                     compares what was told with what is there; exit 1 if anything is wrong

let arguments = Array(CommandLine.arguments.dropFirst())
do {
    switch (arguments.first, arguments.count) {
    case ("prepare", 2):
        try await Regions.open(arguments[1]).shutdown()
    case ("write", 4...5):
        let writer = try Writer(
            folder: arguments[1],
            region: Region(arguments[2]),
            seed: UInt64(arguments[3]) ?? 0,
            count: arguments.count == 5 ? Int(arguments[4]) ?? 0 : .max
        )
        await writer.run()
    case ("replicate", 2):
        try await Regions.open(arguments[1]).run()
    case ("check", 3...):
        exit(try await Check(folder: arguments[1], logs: Array(arguments.dropFirst(2))).run() ? 0 : 1)
    default:
        print("usage: sqlite-torture prepare DIR | write DIR REGION SEED [COUNT] | replicate DIR | check DIR LOG…")
        exit(2)
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
