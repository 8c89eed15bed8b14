internal import Foundation

// What Scripts/torture-redis runs: three Redis servers as regions, four applications that write, and faults.
//
//   redis-torture [--appendfsync always|everysec] [--sync MILLISECONDS] [--kills N] [--stops N] [--cuts N]
//                 [--longest SECONDS] [--limit SECONDS] [--seed N]
//
// Prints a JSON line, and each fault on the standard error; exit 1 if anything is wrong.

guard let plan = Plan(Array(CommandLine.arguments.dropFirst())) else {
    note("usage: redis-torture [--appendfsync always|everysec] [--kills N] [--stops N] [--cuts N] …")
    exit(2)
}
do {
    exit(try await Torture(plan).run() ? 0 : 1)
} catch {
    note("\(error)")
    exit(1)
}
