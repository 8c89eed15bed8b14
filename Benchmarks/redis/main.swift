internal import Foundation

// Redis regions on servers of this machine.
//
//   redis read PORT IN_FLIGHT COUNT                      reads of one item
//   redis failover CALLERS SECONDS HOST:PORT HOST:PORT   reads while a region goes away
//   redis replicate PORT PORT CHANGES ROUNDS             changes from one to the other

func nanoseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.dropFirst().compactMap { Int($0) }
switch (arguments.first, arguments.count, numbers.count) {
case ("read", 4, 3):
    try await ReadBenchmark(port: numbers[0], inFlight: numbers[1]).run(numbers[2])
case ("failover", 5, 2):
    try await FailoverBenchmark(
        callers: numbers[0],
        seconds: Double(numbers[1]),
        places: Array(arguments.dropFirst(3))
    ).run()
case ("replicate", 5, 4):
    try await ReplicationBenchmark(ports: Array(numbers[..<2])).run(changes: numbers[2], rounds: numbers[3])
default:
    print("redis read PORT IN_FLIGHT COUNT | failover CALLERS SECONDS PLACE PLACE | replicate PORT PORT CHANGES ROUNDS")
    exit(2)
}
