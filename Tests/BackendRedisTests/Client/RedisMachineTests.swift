internal import RegionKitCore
internal import RegionKitTesting
internal import Testing

@testable internal import BackendRedis

struct RedisMachineTests {
    private static let runID = ScriptedConnection.runID
    private static let admitted: [RedisValue] = [.text("# Server\r\nrun_id:\(Self.runID)\r\n"), .status("OK")]

    /// A machine, its commands by number, and a clock in milliseconds.
    private struct Trial {
        var machine: RedisMachine
        var exchanges: [RedisClient.Mailbox.Exchange] = []
        var now = MonotonicInstant(nanoseconds: 1_000_000_000)

        init(_ configure: (inout RedisClient.Configuration) -> Void = { _ in }) {
            var configuration = RedisClient.Configuration()
            configure(&configuration)
            self.machine = RedisMachine(configuration, random: SeededGenerator(seed: 1))
        }

        mutating func pass(_ milliseconds: Int) {
            self.now = self.now.advanced(by: .milliseconds(milliseconds))
            self.machine.checked(at: self.now)
        }

        mutating func send(_ word: String, within milliseconds: Int = 1000) {
            let deadline = self.now.advanced(by: .milliseconds(milliseconds))
            self.exchanges.append(RedisClient.Mailbox.Exchange(RedisCommand(word), deadline: deadline))
            self.machine.accepted(self.exchanges[self.exchanges.count - 1], at: self.now)
            self.machine.fill()
        }

        mutating func write(_ count: Int? = nil) {
            self.machine.wrote(count ?? self.machine.output.count)
        }

        mutating func receive(_ values: RedisValue...) {
            for value in values { self.machine.received(value, at: self.now) }
            self.machine.fill()
        }

        /// A connection that has served a command.
        mutating func connect() {
            self.send("PING")
            self.machine.connected()
            self.write()
            for value in RedisMachineTests.admitted { self.receive(value) }
            self.write()
            self.receive(.status("PONG"))
            _ = self.answers()
        }

        var output: String {
            unsafe self.machine.output.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
        }

        /// What was answered: the command's number and its value or kind of error, `+` when it may have been sent.
        mutating func answers() -> [String] {
            self.machine.takeAnswers().map { exchange, answer in
                let number = self.exchanges.firstIndex { $0 === exchange } ?? -1
                return switch answer {
                case .success(let value): "\(number) \(Self.text(value))"
                case .failure(let error): "\(number) \(error.kind)\(error.mayHaveBeenSent ? "+" : "")"
                }
            }
        }

        private static func text(_ value: RedisValue) -> String {
            switch value {
            case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
            case .status(let text): "+\(text)"
            case .integer(let number): ":\(number)"
            case .array(let values): "[\(values.map(Self.text).joined(separator: " "))]"
            case .null: "null"
            case .error(let text): "-\(text)"
            }
        }
    }

    @Test func `the first command makes a connection and goes out after the admission`() {
        var trial = Trial {
            ($0.user, $0.password, $0.database) = ("anna", Secret("key"), 3)
        }
        #expect(trial.machine.connection == nil)
        trial.send("PING")
        #expect(trial.machine.connection == 1 && trial.machine.phase == .connecting && trial.output.isEmpty)
        trial.machine.connected()
        let admission =
            "*3\r\n$4\r\nAUTH\r\n$4\r\nanna\r\n$3\r\nkey\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"
            + "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$9\r\nregionkit\r\n"
        #expect(trial.output == admission)
        trial.write()
        trial.receive(.status("OK"), .status("OK"), Self.admitted[0])
        #expect(trial.machine.phase == .admission && trial.output.isEmpty)
        // A server that refuses names is taken nevertheless.
        trial.receive(.error("ERR unknown command"))
        #expect(trial.machine.phase == .ready && trial.output == "*1\r\n$4\r\nPING\r\n")
        trial.write()
        trial.receive(.status("PONG"))
        #expect(trial.answers() == ["0 +PONG"])
    }

    @Test func `what waits goes out in one piece, and replies come to their commands in order`() {
        var trial = Trial()
        for number in 0..<64 { trial.send("C\(number)") }
        trial.machine.connected()
        trial.write()
        for value in Self.admitted { trial.receive(value) }
        let expected = (0..<64).map { "*1\r\n$\("C\($0)".count)\r\nC\($0)\r\n" }.joined()
        #expect(trial.output == expected)
        trial.write()
        for number in 0..<64 { trial.receive(.integer(Int64(number))) }
        #expect(trial.answers() == (0..<64).map { "\($0) :\($0)" })
    }

    @Test func `no more commands are sent than may be under way`() {
        var trial = Trial { $0.inFlight = 2 }
        trial.connect()
        for word in ["A", "B", "C"] { trial.send(word) }
        #expect(trial.output == "*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n")
        trial.write()
        trial.receive(.null)
        #expect(trial.output == "*1\r\n$1\r\nC\r\n")
        #expect(trial.answers() == ["1 null"])
    }

    @Test func `the run id is that of the connection`() {
        var trial = Trial()
        trial.connect()
        let command = RedisCommand([.bytes(Array("EVAL".utf8)), .runID])
        let exchange = RedisClient.Mailbox.Exchange(command, deadline: trial.now.advanced(by: .seconds(1)))
        trial.machine.accepted(exchange, at: trial.now)
        trial.machine.fill()
        #expect(trial.output == "*2\r\n$4\r\nEVAL\r\n$40\r\n\(Self.runID)\r\n")
    }

    @Test func `an error reply is the command's own`() {
        var trial = Trial()
        trial.connect()
        trial.send("SET")
        trial.send("GET")
        trial.write()
        trial.receive(.error("READONLY You can't write."), .array([.error("ERR inner")]))
        #expect(trial.answers() == ["1 reply+", "2 [-ERR inner]"])
    }

    // MARK: Failures

    @Test func `a refused connection fails what waits, and the back-off what comes during it`() {
        var trial = Trial()
        trial.send("A")
        trial.send("B")
        trial.machine.broke("refused", at: trial.now)
        #expect(trial.answers() == ["0 notConnected", "1 notConnected"])
        #expect(trial.machine.connection == nil)
        var attempts = 0
        for _ in 0..<2000 {
            trial.pass(1)
            trial.send("C")
            if trial.machine.connection != nil {
                attempts += 1
                trial.machine.broke("refused", at: trial.now)
            }
            #expect(trial.answers().allSatisfy { $0.hasSuffix("notConnected") })
        }
        // Full jitter below 50, 100, 200, 400, 800, 1600 ms.
        #expect((2...12).contains(attempts), "\(attempts)")
    }

    @Test func `a broken connection fails what was sent, and what was not goes out on the next one`() {
        var trial = Trial()
        trial.connect()
        trial.send("A")
        trial.send("B")
        trial.send("C")
        // The first byte of B has left.
        trial.write(12)
        trial.machine.broke("reset", at: trial.now)
        #expect(trial.answers() == ["1 connectionLost+", "2 connectionLost+"])
        #expect(trial.machine.connection == 2)
        trial.machine.connected()
        trial.write()
        for value in Self.admitted { trial.receive(value) }
        #expect(trial.output == "*1\r\n$1\r\nC\r\n")
        trial.write()
        trial.receive(.null)
        #expect(trial.answers() == ["3 null"])
    }

    @Test func `an idle connection that breaks is replaced when a command comes`() {
        var trial = Trial()
        trial.connect()
        trial.machine.broke("closed", at: trial.now)
        #expect(trial.machine.connection == nil)
        trial.send("A")
        #expect(trial.machine.connection == 2 && trial.answers() == [])
    }

    @Test func `a server that lets in and then breaks without a reply is not asked again and again`() {
        var trial = Trial()
        trial.send("A")
        trial.machine.connected()
        trial.write()
        for value in Self.admitted { trial.receive(value) }
        trial.send("B")
        trial.write(5)
        trial.machine.broke("closed", at: trial.now)
        #expect(trial.answers() == ["0 connectionLost+", "1 notConnected"])
        #expect(trial.machine.connection == nil)
    }

    @Test func `a late reply ends the connection, and only what was sent fails`() {
        var trial = Trial()
        trial.connect()
        trial.send("A", within: 100)
        trial.send("B", within: 1000)
        trial.write()
        trial.send("C", within: 1000)
        trial.pass(99)
        #expect(trial.answers() == [] && trial.machine.connection == 1)
        trial.pass(1)
        #expect(trial.answers() == ["1 timeout+", "2 connectionLost+"])
        #expect(trial.machine.connection == 2)
        #expect(trial.machine.nextDeadline <= trial.now.advanced(by: .seconds(1)))
    }

    @Test func `a command that waits behind others keeps its deadline`() {
        var trial = Trial { $0.inFlight = 1 }
        trial.connect()
        trial.send("A", within: 1000)
        trial.send("B", within: 100)
        trial.write()
        trial.pass(100)
        #expect(trial.answers() == ["2 timeout"] && trial.machine.connection == 1)
    }

    @Test func `a command's deadline counts while the connection is made, and the connect timeout too`() {
        var trial = Trial { $0.connectTimeout = .milliseconds(500) }
        trial.send("A", within: 100)
        trial.send("B", within: 1000)
        trial.pass(100)
        #expect(trial.answers() == ["0 notConnected"])
        trial.pass(300)
        // The time for the admission is the rest of the connect timeout.
        trial.machine.connected()
        trial.write()
        trial.pass(100)
        #expect(trial.answers() == ["1 notConnected"] && trial.machine.connection == nil)
    }

    @Test func `a command that comes too late or cancelled is not sent`() {
        var trial = Trial()
        trial.connect()
        trial.send("A", within: 0)
        #expect(trial.answers() == ["1 timeout"] && trial.output.isEmpty)
    }

    // MARK: Cancellation

    @Test func `a cancelled command that was sent leaves its reply to nobody`() {
        var trial = Trial()
        trial.connect()
        trial.send("A", within: 100)
        trial.send("B", within: 1000)
        trial.write()
        trial.machine.cancelled(trial.exchanges[1])
        #expect(trial.answers() == ["1 cancelled+"])
        trial.receive(.text("of A"), .text("of B"))
        #expect(trial.answers() == ["2 of B"])
        // It was answered, so its deadline does not end the connection.
        trial.pass(1000)
        #expect(trial.machine.connection == 1)
    }

    @Test func `a cancelled command that is never answered ends the connection at its deadline`() {
        var trial = Trial()
        trial.connect()
        trial.send("A", within: 100)
        trial.write()
        trial.machine.cancelled(trial.exchanges[1])
        trial.pass(100)
        #expect(trial.answers() == ["1 cancelled+"] && trial.machine.connection == nil)
    }

    @Test func `a cancelled command that waits is not sent`() {
        var trial = Trial()
        trial.send("A")
        trial.send("B")
        trial.machine.cancelled(trial.exchanges[0])
        trial.machine.cancelled(trial.exchanges[0])
        #expect(trial.answers() == ["0 cancelled"])
        trial.machine.connected()
        trial.write()
        for value in Self.admitted { trial.receive(value) }
        #expect(trial.output == "*1\r\n$1\r\nB\r\n")
    }

    // MARK: Strange replies

    @Test(
        arguments: [
            ([.error("WRONGPASS invalid")], "WRONGPASS invalid"),
            ([.status("OK"), .error("ERR DB index is out of range")], "ERR DB index is out of range"),
            ([.status("OK"), .status("OK"), .error("NOPERM no")], "NOPERM no"),
            ([.status("OK"), .status("OK"), .text("run_id:123\r\n")], "its INFO tells no run id"),
            ([.status("OK"), .status("OK"), .text("run_id:\(String(repeating: "G", count: 40))\r\n")], "no run id"),
            ([.integer(1)], "its answer makes no sense"),
            (
                [.error("ERR unknown command 'AUTH', with args beginning with: 'user' 'canary'")],
                "ERR unknown command 'AUTH'."
            ),
            ([.error("ERR not canary")], "ERR not <secret>"),
        ] as [([RedisValue], String)]
    )
    func `a refusal comes with the server's words and never with the password`(_ values: [RedisValue], _ words: String)
    {
        var trial = Trial { ($0.user, $0.password, $0.database) = ("user", Secret("canary"), 9) }
        trial.send("A")
        trial.machine.connected()
        trial.write()
        for value in values { trial.receive(value) }
        let answers = trial.machine.takeAnswers()
        guard case .failure(let error)? = answers.first?.answer else {
            Issue.record("nothing failed")
            return
        }
        #expect(error.kind == .notAdmitted && !error.mayHaveBeenSent)
        #expect(error.message.contains(words) && !error.message.contains("canary"), "\(error.message)")
        #expect(trial.machine.connection == nil)
    }

    @Test func `a reply to nothing ends the connection`() {
        var trial = Trial()
        trial.connect()
        trial.receive(.status("OK"))
        #expect(trial.machine.connection == nil)
    }

    @Test func `a malformed reply fails its command as such and the others as lost`() {
        var trial = Trial()
        trial.connect()
        trial.send("A")
        trial.send("B")
        trial.write()
        trial.machine.malformed(RedisError(.malformedReply, mayHaveBeenSent: true, "no reply"), at: trial.now)
        #expect(trial.answers() == ["1 malformedReply+", "2 connectionLost+"])
    }

    @Test func `a shutdown fails everything`() {
        var trial = Trial { $0.inFlight = 1 }
        trial.connect()
        trial.send("A")
        trial.send("B")
        trial.write()
        trial.machine.closed()
        #expect(trial.answers() == ["2 closed", "1 closed+"])
        #expect(trial.machine.connection == nil)
    }
}
