internal import CCurl
internal import Foundation
internal import RegionKitCore

/// Drives a client's connection on one thread.
@safe final class RedisLoop {
    /// Reads of one turn; what is left then has to wait for the callers' orders.
    private static let readsPerTurn = 16

    private let mailbox: RedisClient.Mailbox
    private let configuration: RedisClient.Configuration
    private let time: any TimeSource
    private let multi: UnsafeMutableRawPointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var machine: RedisMachine
    private var connection: RedisConnection?
    /// Where the last connection was made to: used when the name does not resolve, or not soon.
    private var knownAddress: String?
    /// Whether there may be something to read.
    private var isReadable = false

    init(
        _ mailbox: RedisClient.Mailbox,
        _ configuration: RedisClient.Configuration,
        _ time: any TimeSource,
        multi: UnsafeMutableRawPointer
    ) {
        self.mailbox = mailbox
        self.configuration = configuration
        self.time = time
        unsafe self.multi = multi
        self.machine = RedisMachine(configuration)
    }

    deinit {
        unsafe self.buffer.deallocate()
    }

    /// Runs until the mailbox is closed; then fails what is left and frees everything.
    func run() {
        var isSecondLook = false
        while true {
            let orders = self.mailbox.take()
            let now = self.time.now
            for exchange in orders.starts { self.machine.accepted(exchange, at: now) }
            for exchange in orders.cancellations { self.machine.cancelled(exchange) }
            self.mailbox.run(orders.jobs)
            if orders.isClosed { break }
            // What the jobs have ordered goes along; but jobs do not hold up the network.
            isSecondLook = !orders.jobs.isEmpty && !isSecondLook
            if isSecondLook { continue }
            self.turn(at: now)
            self.deliver()
            if self.isReadable {
                continue
            } else if self.mailbox.fallAsleep() {
                self.sleep()
            } else {
                // What callers have ordered does not hold up the replies.
                self.isReadable = true
            }
        }
        self.machine.closed()
        self.connection = nil
        self.deliver()
        self.mailbox.retire()
        unsafe curl_multi_cleanup(self.multi)
    }

    private func deliver() {
        let answers = self.machine.takeAnswers()
        guard !answers.isEmpty else { return }
        // Room is made before the callers hear of it.
        self.mailbox.release(answers.count)
        for (exchange, answer) in answers { exchange.answer(answer) }
    }

    // MARK: A turn

    private func turn(at now: MonotonicInstant) {
        self.follow(at: now)
        self.connect(at: now)
        if self.isReadable { self.read(at: now) }
        // What is there already is not late.
        self.machine.checked(at: now)
        self.machine.fill()
        self.write(at: now)
        // What broke in this turn is replaced in the same.
        self.follow(at: now)
    }

    /// Drops a connection that is not wanted any more, and begins the one that is.
    private func follow(at now: MonotonicInstant) {
        guard self.connection?.number != self.machine.connection else { return }
        self.connection = nil
        self.isReadable = false
        if let number = self.machine.connection { self.begin(number, looksUp: true, at: now) }
    }

    private func begin(_ number: Int, looksUp: Bool, at now: MonotonicInstant) {
        do throws(RedisError) {
            self.connection = try unsafe RedisConnection(
                number,
                self.configuration,
                known: self.knownAddress,
                looksUp: looksUp,
                at: now,
                multi: self.multi
            )
        } catch {
            self.machine.broke(error.message, at: now)
        }
    }

    /// Lets libcurl go on with the connection that is being made.
    private func connect(at now: MonotonicInstant) {
        guard let connection = self.connection, connection.descriptor == nil else { return }
        var running: Int32 = 0
        let code = unsafe curl_multi_perform(self.multi, &running)
        guard code == CURLM_OK else {
            return self.machine.broke("libcurl failed: \(unsafe String(cString: curl_multi_strerror(code))).", at: now)
        }
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(self.multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, unsafe connection.isOf(message.pointee.easy_handle) else {
                continue
            }
            let code = unsafe message.pointee.data.result
            if code == CURLE_COULDNT_RESOLVE_HOST, connection.lookUpEnd < MonotonicInstant(nanoseconds: .max) {
                return self.begin(connection.number, looksUp: false, at: now)
            } else if let reason = connection.finish(code) {
                self.machine.broke(reason, at: now)
            } else {
                self.knownAddress = connection.address
                self.machine.connected()
            }
        }
        if connection.lookUpEnd <= now { self.begin(connection.number, looksUp: false, at: now) }
    }

    private func read(at now: MonotonicInstant) {
        self.isReadable = false
        guard let connection = self.connection, connection.descriptor != nil else { return }
        for _ in 0..<Self.readsPerTurn {
            switch unsafe connection.read(into: self.buffer) {
            case .later: return
            case .end(let reason): return self.machine.broke(reason, at: now)
            case .bytes(let count):
                unsafe self.take(.init(rebasing: self.buffer[..<count]), of: connection, at: now)
                guard self.machine.connection == connection.number else { return }
                // The socket had no more; TLS may have kept some.
                if unsafe count < self.buffer.count, !connection.isSecure { return }
            }
        }
        self.isReadable = true
    }

    private func take(_ bytes: UnsafeRawBufferPointer, of connection: RedisConnection, at now: MonotonicInstant) {
        do throws(RedisError) {
            try unsafe connection.reader.feed(bytes)
            while self.machine.connection == connection.number, let value = try connection.reader.next() {
                self.machine.received(value, at: now)
            }
        } catch {
            self.machine.malformed(error, at: now)
        }
    }

    private func write(at now: MonotonicInstant) {
        guard let connection = self.connection, connection.descriptor != nil else { return }
        while !self.machine.output.isEmpty, self.machine.connection == connection.number {
            switch unsafe self.machine.output.withBytes({ unsafe connection.write($0) }) {
            case .later: return
            case .end(let reason): return self.machine.broke(reason, at: now)
            case .bytes(let count):
                self.machine.wrote(count)
                self.machine.fill()
            }
        }
    }

    /// Waits for the socket, for the next deadline or for orders.
    private func sleep() {
        let end = min(self.machine.nextDeadline, self.connection?.lookUpEnd ?? self.machine.nextDeadline)
        let left = self.time.now.duration(to: end).wholeNanoseconds
        let milliseconds = Int32(min(max(0, left / 1_000_000 + 1), 60_000))
        let descriptor = self.connection?.descriptor
        var wanted = curl_waitfd()
        wanted.fd = descriptor ?? -1
        wanted.events = Int16(CURL_WAIT_POLLIN | (self.machine.output.isEmpty ? 0 : CURL_WAIT_POLLOUT))
        let code = unsafe curl_multi_poll(self.multi, &wanted, descriptor == nil ? 0 : 1, milliseconds, nil)
        self.isReadable = wanted.revents & Int16(CURL_WAIT_POLLIN) != 0
        if code != CURLM_OK {
            let reason = "libcurl failed: \(unsafe String(cString: curl_multi_strerror(code)))."
            self.machine.broke(reason, at: self.time.now)
        }
    }
}
