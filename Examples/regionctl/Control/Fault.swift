internal import BackendSQLite
internal import RegionKitCore

/// What `fault` makes a region or a link pretend; nil ends it.
enum Fault {
    /// Reads `outage`, `slow`, `slow=500ms`, …, `clear`.
    static func region(_ text: String) throws(Failure) -> SQLiteEmulation.Fault? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let simple: [String: SQLiteEmulation.Fault?] = [
            "outage": .outage, "read-only": .readOnly, "slow": .slow(.seconds(1)), "throttled": .throttled,
            "ambiguous": .ambiguous, "hang": .hang, "clear": nil,
        ]
        guard let fault = simple[text] else {
            if parts.count == 2, parts[0] == "slow" { return .slow(try self.delay(parts[1], "slow")) }
            let known = ["outage", "read-only", "slow", "slow=TIME", "throttled", "ambiguous", "hang", "clear"]
            throw .usage("MODE: found \(text.shown)" + parts[0].suggestion(from: known, else: "; known are "))
        }
        return fault
    }

    /// Reads `lag=2s`, `jitter=500ms`, both with a comma, `cut` or `clear`.
    static func link(_ text: String) throws(Failure) -> LinkCondition? {
        if text == "clear" { return nil }
        var condition = LinkCondition()
        for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts[0], parts.count) {
            case ("cut", 1): condition.isCut = true
            case ("lag", 2): condition.lag = try self.delay(parts[1], "lag")
            case ("jitter", 2): condition.jitter = try self.delay(parts[1], "jitter")
            default:
                throw .usage("STATE: found \(word.shown); known are lag=TIME, jitter=TIME, cut, clear.")
            }
        }
        return condition
    }

    private static func delay(_ text: String, _ name: String) throws(Failure) -> Duration {
        // What the control file can hold.
        guard let delay = Duration(text: text), delay > .zero, delay <= .seconds(86_400) else {
            throw .usage("\(name): found \(text.shown); \(Duration.rule), at most 24h.")
        }
        return delay
    }
}
