import RegionKitTesting

/// Redis's protocol from the server's side.
extension ScriptedConnection {
    static let runID = String(repeating: "0123456789", count: 4)

    /// Reads a command; nil at the connection's end.
    func read() -> [String]? {
        guard let count = self.number(after: "*") else { return nil }
        var arguments: [String] = []
        for _ in 0..<count {
            guard let length = self.number(after: "$"), let bytes = self.take(length + 2) else { return nil }
            arguments.append(String(decoding: bytes.prefix(length), as: UTF8.self))
        }
        return arguments
    }

    private func number(after kind: Character) -> Int? {
        guard let line = self.take(through: "\r\n"), line.first == kind else { return nil }
        return Int(line.dropFirst())
    }

    func bulk(_ text: String) -> Bool { self.write("$\(text.utf8.count)\r\n\(text)\r\n") }

    /// Lets a connection in; false when it went away.
    @discardableResult
    func admit(runID: String = ScriptedConnection.runID) -> Bool {
        while let command = self.read() {
            let isAnswered =
                command[0] == "INFO" ? self.bulk("# Server\r\nrun_id:\(runID)\r\n") : self.write("+OK\r\n")
            guard isAnswered else { return false }
            if command[0] == "CLIENT" { return true }
        }
        return false
    }

    /// Answers every command with its last argument.
    func echo() {
        while let command = self.read() { guard self.bulk(command.last ?? "") else { return } }
    }
}
