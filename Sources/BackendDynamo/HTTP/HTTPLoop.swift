internal import CCurl
internal import RegionKitCore

/// Drives all transfers of a client on one thread.
@safe final class HTTPLoop {
    private typealias Exchange = HTTPClient.Mailbox.Exchange

    /// Servers that are remembered; idle ones beyond are forgotten.
    private static let hostLimit = 256

    private let mailbox: HTTPClient.Mailbox
    private let configuration: HTTPClient.Configuration
    private let multi: UnsafeMutableRawPointer
    private var hosts: [HTTPOrigin: HTTPHost] = [:]
    private var idle: [HTTPTransfer] = []
    private var active: [HTTPTransfer] = []
    private var waiting = 0
    /// No waiting request's deadline is earlier.
    private var nextDeadline = MonotonicInstant(nanoseconds: .max)
    /// No name's look-up is given up earlier.
    private var nextLookUpEnd = MonotonicInstant(nanoseconds: .max)
    /// Answers of this turn; room is made before the callers hear of it.
    private var answers: [(exchange: Exchange, answer: Exchange.Answer)] = []
    /// Whether there are transfers that libcurl has not looked at.
    private var hasNews = false

    init(_ mailbox: HTTPClient.Mailbox, _ configuration: HTTPClient.Configuration, multi: UnsafeMutableRawPointer) {
        self.mailbox = mailbox
        self.configuration = configuration
        unsafe self.multi = multi
    }

    /// Runs until the mailbox is closed; then fails what is left and frees everything.
    func run() {
        var isSecondLook = false
        while true {
            let orders = self.mailbox.take()
            for exchange in orders.starts { self.accept(exchange) }
            for exchange in orders.cancellations { self.cancel(exchange) }
            self.mailbox.run(orders.jobs)
            if orders.isClosed { break }
            // What the jobs have ordered goes along; but jobs do not hold up the network.
            isSecondLook = !orders.jobs.isEmpty && !isSecondLook
            if isSecondLook { continue }
            self.turn()
            self.deliver()
            if !self.hasNews, self.mailbox.fallAsleep() { self.sleep() }
        }
        for transfer in self.active {
            self.end(transfer, .failure(.closed(mayHaveBeenSent: transfer.mayHaveBeenSent)))
        }
        for host in self.hosts.values {
            for exchange in host.waiting { self.answer(exchange, .failure(.closed())) }
        }
        self.deliver()
        self.mailbox.retire()
        self.idle = []
        unsafe curl_multi_cleanup(self.multi)
    }

    // MARK: A turn

    private func turn() {
        self.hasNews = false
        var running: Int32 = 0
        let code = unsafe curl_multi_perform(self.multi, &running)
        if code != CURLM_OK { self.failAll(code) }
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(self.multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let code = unsafe message.pointee.data.result
            if let transfer = unsafe HTTPTransfer.of(message.pointee.easy_handle) { self.finish(transfer, code) }
        }
        if self.waiting > 0 { self.serveWaiting() }
        if self.nextLookUpEnd < MonotonicInstant(nanoseconds: .max) { self.endLookUps(at: SystemTime().now) }
    }

    private func sleep() {
        var milliseconds: Int64 = 60_000
        var end = self.nextLookUpEnd
        if self.waiting > 0 { end = min(end, self.nextDeadline) }
        if end < MonotonicInstant(nanoseconds: .max) {
            let left = SystemTime().now.duration(to: end).wholeNanoseconds
            milliseconds = min(max(0, left / 1_000_000 + 1), milliseconds)
        }
        let code = unsafe curl_multi_poll(self.multi, nil, 0, Int32(milliseconds), nil)
        if code != CURLM_OK { self.failAll(code) }
    }

    private func deliver() {
        guard !self.answers.isEmpty else { return }
        self.mailbox.release(self.answers.count)
        for (exchange, answer) in self.answers { exchange.answer(answer) }
        self.answers.removeAll(keepingCapacity: true)
    }

    private func answer(_ exchange: Exchange, _ answer: Exchange.Answer) {
        self.answers.append((exchange, answer))
    }

    // MARK: Requests

    private func accept(_ exchange: Exchange) {
        let host = self.host(of: exchange.request.origin)
        if self.hasRoom(host) {
            self.start(exchange, host)
        } else {
            host.waiting.append(exchange)
            self.waiting += 1
            self.nextDeadline = min(self.nextDeadline, exchange.deadline)
        }
    }

    private func hasRoom(_ host: HTTPHost) -> Bool {
        host.active < self.configuration.connectionsPerHost && self.active.count < self.configuration.inFlight
    }

    private func host(of origin: HTTPOrigin) -> HTTPHost {
        if let host = self.hosts[origin] { return host }
        if self.hosts.count >= Self.hostLimit { self.hosts = self.hosts.filter { !$0.value.isIdle } }
        let host = HTTPHost(addresses: self.configuration.knownAddresses[origin.host] ?? [])
        self.hosts[origin] = host
        return host
    }

    private func start(_ exchange: Exchange, _ host: HTTPHost) {
        let now = SystemTime().now
        if let error = self.obstacle(exchange, now) { return self.answer(exchange, .failure(error)) }
        do throws(HTTPError) {
            // Not `??`, which loses the error's type.
            let transfer = if let used = self.idle.popLast() { used } else { try HTTPTransfer(self.configuration) }
            do throws(HTTPError) {
                try transfer.begin(exchange, host, now: now)
                try self.add(transfer)
            } catch {
                transfer.end()
                self.idle.append(transfer)
                throw error
            }
            transfer.index = self.active.count
            self.active.append(transfer)
            self.nextLookUpEnd = min(self.nextLookUpEnd, transfer.lookUpEnd)
            host.active += 1
        } catch {
            self.answer(exchange, .failure(error))
        }
    }

    /// Why a request is not worth sending.
    private func obstacle(_ exchange: Exchange, _ now: MonotonicInstant) -> HTTPError? {
        if exchange.isCancelled { return .cancelled() }
        return exchange.deadline <= now ? .late() : nil
    }

    private func add(_ transfer: HTTPTransfer) throws(HTTPError) {
        let code = unsafe curl_multi_add_handle(self.multi, transfer.easy)
        guard code == CURLM_OK else { throw HTTPError(code, mayHaveBeenSent: false) }
        self.hasNews = true
    }

    /// Starts what has room now, and fails what has waited too long.
    private func serveWaiting() {
        let now = SystemTime().now
        let isLate = self.nextDeadline <= now
        if isLate { self.nextDeadline = MonotonicInstant(nanoseconds: .max) }
        for host in self.hosts.values where !host.waiting.isEmpty {
            if isLate {
                host.waiting.removeAll { exchange in
                    guard let error = self.obstacle(exchange, now) else {
                        self.nextDeadline = min(self.nextDeadline, exchange.deadline)
                        return false
                    }
                    self.waiting -= 1
                    self.answer(exchange, .failure(error))
                    return true
                }
            }
            while !host.waiting.isEmpty, self.hasRoom(host) {
                self.waiting -= 1
                self.start(host.waiting.removeFirst(), host)
            }
        }
    }

    private func cancel(_ exchange: Exchange) {
        if let transfer = self.active.first(where: { $0.exchange === exchange }) {
            self.end(transfer, .failure(.cancelled(mayHaveBeenSent: transfer.mayHaveBeenSent)))
        } else if let host = self.hosts[exchange.request.origin],
            let place = host.waiting.firstIndex(where: { $0 === exchange })
        {
            host.waiting.remove(at: place)
            self.waiting -= 1
            self.answer(exchange, .failure(.cancelled()))
        }
    }

    // MARK: Ends

    private func finish(_ transfer: HTTPTransfer, _ code: CURLcode) {
        guard let host = transfer.host else { return }
        if code == CURLE_OK, transfer.isHeadComplete {
            let response = transfer.response()
            if !response.reusedConnection, !self.configuration.usesProxyOfEnvironment, let address = transfer.address {
                host.remember(address)
            }
            self.end(transfer, .success(response))
        } else if !Self.isUnresolved(transfer, code) || !self.goOn(transfer, host) {
            self.end(transfer, .failure(HTTPError(code, transfer, now: SystemTime().now)))
        }
    }

    private static func isUnresolved(_ transfer: HTTPTransfer, _ code: CURLcode) -> Bool {
        code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_OPERATION_TIMEDOUT && !transfer.triedToConnect
    }

    /// Gives up the look-ups that take too long, of names with a known address.
    private func endLookUps(at now: MonotonicInstant) {
        guard self.nextLookUpEnd <= now else { return }
        self.nextLookUpEnd = MonotonicInstant(nanoseconds: .max)
        for transfer in self.active where !transfer.triedToConnect && !transfer.mayHaveBeenSent {
            if transfer.lookUpEnd > now {
                self.nextLookUpEnd = min(self.nextLookUpEnd, transfer.lookUpEnd)
            } else if let host = transfer.host, !transfer.usesKnownAddresses, !self.goOn(transfer, host) {
                self.end(transfer, .failure(HTTPError(CURLE_COULDNT_RESOLVE_HOST, transfer, now: now)))
            }
        }
    }

    /// Goes on with the last good addresses, once.
    private func goOn(_ transfer: HTTPTransfer, _ host: HTTPHost) -> Bool {
        let now = SystemTime().now
        guard !transfer.mayHaveBeenSent, !transfer.usesKnownAddresses, !host.addresses.isEmpty,
            let exchange = transfer.exchange, self.obstacle(exchange, now) == nil,
            unsafe curl_multi_remove_handle(self.multi, transfer.easy) == CURLM_OK
        else { return false }
        do throws(HTTPError) {
            try transfer.begin(exchange, host, now: now, over: host.addresses)
            try self.add(transfer)
            return true
        } catch {
            return false
        }
    }

    private func end(_ transfer: HTTPTransfer, _ answer: Exchange.Answer) {
        unsafe _ = curl_multi_remove_handle(self.multi, transfer.easy)
        if let exchange = transfer.exchange { self.answer(exchange, answer) }
        transfer.host?.active -= 1
        transfer.end()
        // The last one takes the place.
        let last = self.active.removeLast()
        if last !== transfer {
            last.index = transfer.index
            self.active[transfer.index] = last
        }
        self.idle.append(transfer)
    }

    /// For what should never happen: libcurl is out of memory or descriptors.
    private func failAll(_ code: CURLMcode) {
        for transfer in self.active {
            self.end(transfer, .failure(HTTPError(code, mayHaveBeenSent: transfer.mayHaveBeenSent)))
        }
    }
}
