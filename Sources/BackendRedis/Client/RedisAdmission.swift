internal import RegionKitCore

/// What a new connection does before any command: password, database, the server's run id, the connection's name.
struct RedisAdmission {
    /// One of the commands.
    enum Step: Hashable, Sendable {
        case password
        case database
        case information
        /// The only one that may fail: the name is for people alone.
        case name
    }

    /// The commands in their order, sent together.
    let steps: [(Step, RedisCommand)]
    private let place: String
    private let password: Secret?

    init(_ configuration: RedisClient.Configuration) {
        var steps: [(Step, RedisCommand)] = []
        if let password = configuration.password {
            let words = ["AUTH", configuration.user, password.reveal()].compactMap(\.self)
            steps.append((.password, RedisCommand(words: words)))
        }
        if configuration.database != 0 {
            steps.append((.database, RedisCommand("SELECT", "\(configuration.database)")))
        }
        steps.append((.information, RedisCommand("INFO", "server")))
        steps.append((.name, RedisCommand("CLIENT", "SETNAME", configuration.clientName)))
        self.steps = steps
        self.place = configuration.place
        self.password = configuration.password
    }

    /// Checks the answer to a step; the server's run id where it is told.
    func check(_ value: RedisValue, _ step: Step) throws(RedisError) -> [UInt8]? {
        switch (step, value) {
        case (.name, _): return nil
        case (_, .error(let words)): throw self.refusal(words)
        case (.information, .bytes(let bytes)):
            guard let runID = Self.runID(in: bytes) else { throw self.refusal("its INFO tells no run id") }
            return runID
        case (.password, .status), (.database, .status): return nil
        default: throw self.refusal("its answer makes no sense")
        }
    }

    private func refusal(_ words: String) -> RedisError {
        var words = words
        // Whatever stands in between may repeat what it was sent.
        if let password = self.password?.reveal(), !password.isEmpty {
            words = words.split(separator: password, omittingEmptySubsequences: false).joined(separator: "<secret>")
        }
        let reason = RedisError.printable(words)
        return RedisError(.notAdmitted, "Redis at \(self.place) does not let the connection in: \(reason).")
    }

    /// The run id in the lines of an INFO: 40 hexadecimal digits.
    private static func runID(in bytes: [UInt8]) -> [UInt8]? {
        let name = Array("run_id:".utf8)
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") })
        where line.starts(with: name) {
            let digits = line.dropFirst(name.count)
            let isHexadecimal = digits.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
                default: false
                }
            }
            return digits.count == 40 && isHexadecimal ? Array(digits) : nil
        }
        return nil
    }
}
