internal import RegionKitCore

extension Command {
    static let prefer = Command(
        "prefer",
        "Puts a region first for reads and writes while it is healthy, whatever the policy says.",
        discussion: """
            It is kept beside the configuration: running stores of this configuration obey within 200 ms. It holds \
            until `regionctl restore R`, or for the time of --for. There is one preferred region at a time, and none \
            that is evacuated.
            """,
        operands: ["R"],
        options: [.duration],
        examples: ["regionctl prefer us-east-1 --for 10m"]
    ) { invocation in
        let duration = try invocation.arguments.duration(.duration)
        return try invocation.control { control, region, _, now throws(Failure) in
            guard !control.evacuated.contains(region) else {
                throw .usage("\(region) is evacuated, nothing goes there; `regionctl restore \(region)` first.")
            }
            let end = duration.map { now + Int64($0.milliseconds.rounded(.up)) }
            control.preferred = ManualControl.Preference(region, endMilliseconds: end)
            return
                "\(region) is preferred, \(duration.map { "for \($0.brief)" } ?? "until `regionctl restore \(region)`")."
        }
    }
}
