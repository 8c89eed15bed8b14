internal import Foundation
internal import Synchronization

/// A TCP proxy on 127.0.0.1 before a server of this machine, which spoils what goes through it as it is told.
///
/// It stands for the network between a backend and its region. Each connection has a thread; ``close()`` ends them.
public final class FaultProxy: Sendable {
    /// What becomes of connections and answers.
    public enum Mode: Hashable, Sendable, CaseIterable {
        /// All passes.
        case open
        /// Nobody listens, and what was connected is reset.
        case refuse
        /// Connections are taken, and nothing comes back.
        case silent
        /// Half of an answer comes, then a reset.
        case reset
        /// Half of an answer comes, then the connection's end.
        case half
        /// An answer comes 20 ms late.
        case slow
        /// A server that speaks HTTP does what it is asked, and 500 comes in place of its answer.
        case serverError
    }

    private struct State {
        var mode = Mode.open
        var listener: Int32?
        var connections: Set<Int32> = []
        var connectionCount = 0
        var answerCount = 0

        /// Ends what is connected.
        func cut() {
            for connection in self.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// Where it listens.
    public let port: Int
    private let target: Int
    /// Holds the port while nobody listens.
    private let placeholder: Int32
    private let state: Mutex<State>
    private let threads = DispatchGroup()

    /// How many connections were taken so far.
    public var connections: Int { self.state.withLock { $0.connectionCount } }
    /// How many pieces of answers came through whole so far.
    public var answers: Int { self.state.withLock { $0.answerCount } }

    /// Begins to listen on a free port.
    ///
    /// - Parameter target: The server's port on 127.0.0.1.
    public init(to target: Int) throws {
        self.target = target
        (self.placeholder, self.port) = try Self.bound(port: 0)
        self.state = Mutex(State())
        try self.listen()
    }

    /// Changes what becomes of connections and answers, of those that are open as well.
    public func set(_ mode: Mode) throws {
        let before = self.state.withLock { state in
            let before = state.mode
            state.mode = mode
            if mode == .refuse {
                if let listener = state.listener.take() { shutdown(listener, Int32(SHUT_RDWR)) }
                state.cut()
            }
            return before
        }
        if before == .refuse, mode != .refuse { try self.listen() }
    }

    /// Ends what is connected; new connections are taken as the mode says.
    public func cut() {
        self.state.withLock { $0.cut() }
    }

    /// Ends all connections and waits for the threads.
    public func close() {
        try? self.set(.refuse)
        self.threads.wait()
        Foundation.close(self.placeholder)
    }

    private func listen() throws {
        let listener = try Self.bound(port: self.port).descriptor
        guard Foundation.listen(listener, 256) == 0 else { throw POSIXError(.EADDRINUSE) }
        self.state.withLock { $0.listener = listener }
        self.start { [self] in
            while true {
                let connection = Foundation.accept(listener, nil, nil)
                guard connection >= 0 else { break }
                self.start { [self] in self.serve(connection) }
            }
            Foundation.close(listener)
        }
    }

    private func start(_ body: @escaping @Sendable () -> Void) {
        self.threads.enter()
        let thread = Thread { [self] in
            body()
            self.threads.leave()
        }
        thread.stackSize = 512 << 10
        thread.start()
    }

    private func serve(_ client: Int32) {
        let server = Self.connected(to: self.target)
        self.state.withLock { state in
            state.connections.formUnion([client, server])
            state.connectionCount += 1
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var isOpen = server >= 0 && self.state.withLock { $0.mode != .refuse }
        while isOpen {
            var both = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&both, 2, -1) > 0 else { break }
            for (side, other) in [(both[0], server), (both[1], client)] where side.revents != 0 && isOpen {
                let count = unsafe recv(side.fd, &bytes, bytes.count, 0)
                guard count > 0 else {
                    isOpen = false
                    break
                }
                let part = Array(bytes.prefix(count))
                isOpen = self.pass(part, to: other, isAnswer: other == client)
            }
        }
        self.state.withLock { state in
            if state.mode == .refuse || state.mode == .reset { Self.reset(client) }
            state.connections.subtract([client, server])
            Foundation.close(client)
            if server >= 0 { Foundation.close(server) }
        }
    }

    /// Passes bytes on, or does to them what the mode says; false at the connection's end.
    private func pass(_ bytes: [UInt8], to other: Int32, isAnswer: Bool) -> Bool {
        let mode = self.state.withLock { $0.mode }
        switch mode {
        case .refuse: return false
        case .silent: return true
        case _ where !isAnswer: return Self.send(bytes[...], to: other)
        case .open, .slow:
            if mode == .slow { Thread.sleep(forTimeInterval: 0.02) }
            let isSent = Self.send(bytes[...], to: other)
            if isSent { self.state.withLock { $0.answerCount += 1 } }
            return isSent
        case .reset, .half:
            _ = Self.send(bytes.prefix(bytes.count / 2), to: other)
            return false
        case .serverError:
            let body = #"{"__type":"InternalServerError","message":"scripted"}"#
            let head = "HTTP/1.1 500 Scripted\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            _ = Self.send(Array((head + body).utf8)[...], to: other)
            return false
        }
    }
}

// Sockets.
extension FaultProxy {
    /// A socket bound to a port of 127.0.0.1, which others may be bound to as well.
    private static func bound(port: Int) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var (yes, address, length) = (Int32(1), self.address(port), self.length)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, self.length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A connection to a port of 127.0.0.1; negative when there is none.
    private static func connected(to port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = self.address(port)
        let isConnected = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, self.length) == 0
            }
        }
        guard !isConnected else { return descriptor }
        Foundation.close(descriptor)
        return -1
    }

    private static var length: socklen_t { socklen_t(MemoryLayout<sockaddr_in>.size) }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return address
    }

    private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Foundation.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Makes the close that follows a reset.
    private static func reset(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
}
