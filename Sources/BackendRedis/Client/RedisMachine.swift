internal import RegionKitCore

/// The state of a client: its commands, and the connection that it wants.
///
/// A connection is wanted when a command is there to be sent, and is kept until it breaks. Replies come in the order of
/// the commands, so a late one would reach the wrong caller: when a reply is not there in time, the connection is
/// given up. A command of which no byte was written goes out on the next one. After a connection has failed, commands
/// fail at once until the back-off is over.
struct RedisMachine {
    typealias Exchange = RedisClient.Mailbox.Exchange

    /// How far the connection is.
    enum Phase: Hashable {
        case down
        /// Until the connection stands, TLS included.
        case connecting
        /// Until the server has taken the password and the rest.
        case admission
        case ready
    }

    /// What is expected from the server, in this order.
    private struct Expectation {
        var purpose: Purpose
        var deadline: MonotonicInstant
        /// Where the command begins, counted from the connection's beginning.
        var start: Int
    }

    private enum Purpose {
        case admission(RedisAdmission.Step)
        case command(Exchange)
        /// The caller is gone; the reply is dropped.
        case nobody
    }

    /// More than this does not wait in the buffer to be written; a single command may be longer.
    private static let outputLimit = 256 << 10

    private let admission: RedisAdmission
    private let timeout: Duration
    private let inFlight: Int
    private let backoff = Backoff(base: .milliseconds(50), cap: .seconds(2))
    private var random: any RandomNumberGenerator

    private(set) var phase = Phase.down
    /// The number of the connection that is wanted, each attempt with a number of its own; nil for none.
    private(set) var connection: Int?
    private(set) var output = RedisOutput()
    private var attempts = 0
    private var attemptDeadline = MonotonicInstant(nanoseconds: .max)
    /// Whether a command was answered on the present connection.
    private var hasServed = false
    private var runID: [UInt8] = []
    private var failures = 0
    /// Why the last attempt failed, until one succeeds.
    private var failure: RedisError?
    private var retryAt = MonotonicInstant(nanoseconds: .min)

    private var waiting = RedisQueue<Exchange>()
    private var expected = RedisQueue<Expectation>()
    private var answers: [(exchange: Exchange, answer: Exchange.Answer)] = []
    /// Nothing that has a deadline has an earlier one.
    private(set) var nextDeadline = MonotonicInstant(nanoseconds: .max)

    init(_ configuration: RedisClient.Configuration, random: any RandomNumberGenerator = SystemRandomNumberGenerator())
    {
        self.admission = RedisAdmission(configuration)
        self.timeout = configuration.connectTimeout
        self.inFlight = configuration.inFlight
        self.random = random
    }

    // MARK: Callers

    /// A caller has sent a command.
    mutating func accepted(_ exchange: Exchange, at now: MonotonicInstant) {
        if exchange.isCancelled {
            return self.answers.append((exchange, .failure(.cancelled())))
        }
        if exchange.deadline <= now { return self.answers.append((exchange, .failure(.late()))) }
        if self.phase == .down {
            if let failure = self.failure, now < self.retryAt {
                return self.answers.append((exchange, .failure(failure)))
            }
            self.begin(at: now)
        }
        self.waiting.append(exchange)
        self.nextDeadline = min(self.nextDeadline, exchange.deadline)
    }

    /// A caller waits no more.
    mutating func cancelled(_ exchange: Exchange) {
        if !self.waiting.removeAll(where: { $0 === exchange }).isEmpty {
            return self.answers.append((exchange, .failure(.cancelled())))
        }
        let isExpected = self.expected.changeFirst { expectation in
            guard case .command(let other) = expectation.purpose, other === exchange else { return false }
            expectation.purpose = .nobody
            return true
        }
        // What is in the buffer goes out.
        if isExpected { self.answers.append((exchange, .failure(.cancelled(mayHaveBeenSent: true)))) }
    }

    /// The client is shut down; nothing is wanted any more.
    mutating func closed() {
        for exchange in self.unsent() { self.answers.append((exchange, .failure(.closed()))) }
        self.failSent(.closed(mayHaveBeenSent: true))
        self.giveUp()
    }

    /// The answers since the last time.
    mutating func takeAnswers() -> [(exchange: Exchange, answer: Exchange.Answer)] {
        defer { self.answers.removeAll() }
        return self.answers
    }

    // MARK: The connection

    private mutating func begin(at now: MonotonicInstant) {
        self.phase = .connecting
        self.attempts += 1
        self.connection = self.attempts
        self.attemptDeadline = now.advanced(by: self.timeout)
        self.nextDeadline = min(self.nextDeadline, self.attemptDeadline)
    }

    /// The connection stands; the server is asked to let it in.
    mutating func connected() {
        self.phase = .admission
        for (step, command) in self.admission.steps {
            self.expect(.admission(step), self.attemptDeadline)
            self.output.append(command, runID: [])
        }
    }

    /// The connection could not be made, or broke.
    mutating func broke(_ reason: String, at now: MonotonicInstant) {
        guard self.connection != nil else { return }
        self.lose(RedisError(.connectionLost, mayHaveBeenSent: true, reason), at: now)
    }

    /// What came is no reply, or too large a one.
    mutating func malformed(_ error: RedisError, at now: MonotonicInstant) {
        if case .command(let exchange)? = self.expected.first?.purpose {
            _ = self.expected.popFirst()
            self.answers.append((exchange, .failure(error)))
        }
        self.broke(error.message, at: now)
    }

    /// The connection has taken the first bytes of the output.
    mutating func wrote(_ count: Int) {
        self.output.wrote(count)
    }

    /// A reply has come.
    mutating func received(_ value: RedisValue, at now: MonotonicInstant) {
        guard let expectation = self.expected.popFirst() else {
            // Servers that close a connection may say why.
            let words = if case .error(let words) = value { ": " + RedisError.printable(words) } else { "" }
            return self.broke("The Redis server sent a reply to nothing\(words).", at: now)
        }
        switch expectation.purpose {
        case .admission(let step): self.answered(step, value, at: now)
        case .command(let exchange):
            self.hasServed = true
            let answer: Exchange.Answer =
                if case .error(let words) = value { .failure(.reply(words)) } else { .success(value) }
            self.answers.append((exchange, answer))
        case .nobody: self.hasServed = true
        }
    }

    private mutating func answered(_ step: RedisAdmission.Step, _ value: RedisValue, at now: MonotonicInstant) {
        do throws(RedisError) {
            if let runID = try self.admission.check(value, step) { self.runID = runID }
        } catch {
            return self.fail(error, at: now)
        }
        guard self.expected.isEmpty else { return }
        self.phase = .ready
        self.failure = nil
    }

    /// Sends what waits, as far as the limits allow.
    mutating func fill() {
        while self.phase == .ready, self.expected.count < self.inFlight, self.output.count < Self.outputLimit,
            let exchange = self.waiting.popFirst()
        {
            self.expect(.command(exchange), exchange.deadline)
            self.output.append(exchange.request, runID: self.runID)
        }
    }

    private mutating func expect(_ purpose: Purpose, _ deadline: MonotonicInstant) {
        self.expected.append(Expectation(purpose: purpose, deadline: deadline, start: self.output.appended))
    }

    // MARK: Time

    /// Fails what is late, and gives up a connection that a reply is missing from.
    mutating func checked(at now: MonotonicInstant) {
        guard self.nextDeadline <= now else { return }
        for exchange in self.waiting.removeAll(where: { $0.deadline <= now }) {
            let isConnected = self.phase == .ready
            let error = isConnected ? RedisError.late() : RedisError(.notConnected, "Redis is not connected in time.")
            self.answers.append((exchange, .failure(error)))
        }
        if self.phase == .connecting || self.phase == .admission {
            if self.attemptDeadline <= now {
                self.fail(RedisError(.notConnected, "Redis is not connected within \(self.timeout)."), at: now)
            }
        } else {
            self.checkReplies(at: now)
        }
        self.nextDeadline = self.phase == .connecting || self.phase == .admission ? self.attemptDeadline : .never
        self.waiting.forEach { self.nextDeadline = min(self.nextDeadline, $0.deadline) }
        self.expected.forEach { self.nextDeadline = min(self.nextDeadline, $0.deadline) }
    }

    private mutating func checkReplies(at now: MonotonicInstant) {
        let written = self.output.written
        var isLate = false
        let answers = self.expected.removeAll { expectation in
            let isSent = expectation.start < written
            isLate = isLate || expectation.deadline <= now
            return isSent && expectation.deadline <= now
        }
        guard isLate else { return }
        for case .command(let exchange) in answers.map(\.purpose) {
            self.answers.append((exchange, .failure(.late(mayHaveBeenSent: true))))
        }
        self.broke("The connection to Redis was closed because a reply did not come in time.", at: now)
    }

    // MARK: Ends

    /// Ends the connection: fails what was sent and keeps what was not for the next one.
    private mutating func lose(_ error: RedisError, at now: MonotonicInstant) {
        // A server that breaks connections before it has served anything is not asked again and again.
        guard self.phase == .ready, self.hasServed else { return self.fail(error, at: now) }
        let unsent = self.unsent()
        self.failSent(error)
        self.giveUp()
        self.failures = 0
        for exchange in unsent { self.accepted(exchange, at: now) }
    }

    /// Ends an attempt: fails everything and waits before the next one.
    private mutating func fail(_ error: RedisError, at now: MonotonicInstant) {
        let unsent = self.unsent()
        self.failSent(RedisError(.connectionLost, mayHaveBeenSent: true, error.message))
        let kind = error.kind == .notAdmitted ? error.kind : .notConnected
        let failure = RedisError(kind, error.message)
        for exchange in unsent { self.answers.append((exchange, .failure(failure))) }
        self.giveUp()
        self.failure = failure
        let wait = self.backoff.wait(attempt: self.failures, random: self.random.next())
        self.failures += 1
        self.retryAt = now.advanced(byNanoseconds: wait)
    }

    /// Takes the commands that no byte was written of, in their order.
    private mutating func unsent() -> [Exchange] {
        let written = self.output.written
        let unsent = self.expected.removeAll { $0.start >= written }
        var exchanges: [Exchange] = []
        for case .command(let exchange) in unsent.map(\.purpose) { exchanges.append(exchange) }
        return exchanges + self.waiting.removeAll()
    }

    private mutating func failSent(_ error: RedisError) {
        for case .command(let exchange) in self.expected.removeAll().map(\.purpose) {
            self.answers.append((exchange, .failure(error)))
        }
    }

    private mutating func giveUp() {
        self.phase = .down
        self.connection = nil
        self.hasServed = false
        self.runID = []
        self.output = RedisOutput()
    }
}

extension MonotonicInstant {
    /// A moment that does not come.
    fileprivate static var never: MonotonicInstant { MonotonicInstant(nanoseconds: .max) }
}
