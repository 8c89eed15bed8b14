internal import Foundation
internal import Synchronization

@testable internal import BackendDynamo

/// A TCP server on 127.0.0.1 that does to each connection what a script says, on a thread per connection.
final class ScriptedServer: Sendable {
    private struct State {
        var connections: [Int32] = []
        var accepted = 0
        var isClosed = false
    }

    let port: Int
    /// Every request that a connection has read.
    let requests: AsyncStream<ReceivedRequest>
    private let arrivals: AsyncStream<ReceivedRequest>.Continuation
    private let listener: Int32
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    init(_ script: @escaping @Sendable (ServerConnection) -> Void) throws {
        self.listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var length = size
        let descriptor = self.listener
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, size) == 0 && listen(descriptor, 256) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        (self.requests, self.arrivals) = AsyncStream.makeStream()
        self.threads.enter()
        Thread.detachNewThread { [self] in
            self.accept(script)
            self.threads.leave()
        }
    }

    /// Connections so far.
    var accepted: Int { self.state.withLock { $0.accepted } }

    private func accept(_ script: @escaping @Sendable (ServerConnection) -> Void) {
        while true {
            let descriptor = Foundation.accept(self.listener, nil, nil)
            guard descriptor >= 0 else { return }
            let isOpen = self.state.withLock { state in
                state.accepted += 1
                if !state.isClosed { state.connections.append(descriptor) }
                return !state.isClosed
            }
            guard isOpen else {
                Foundation.close(descriptor)
                return
            }
            self.threads.enter()
            let thread = Thread { [self] in
                let connection = ServerConnection(descriptor, self.arrivals)
                script(connection)
                self.state.withLock { state in
                    state.connections.removeAll { $0 == descriptor }
                    _ = Foundation.close(descriptor)
                }
                self.threads.leave()
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
    }

    /// Ends all connections and waits for the threads.
    func close() {
        shutdown(self.listener, Int32(SHUT_RDWR))
        self.state.withLock { state in
            state.isClosed = true
            for descriptor in state.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        self.threads.wait()
        Foundation.close(self.listener)
        self.arrivals.finish()
    }
}

/// Runs a body against a server and a client, and ends both.
func withServer(
    _ configuration: HTTPClient.Configuration = .patient,
    script: @escaping @Sendable (ServerConnection) -> Void,
    _ body: (ScriptedServer, HTTPClient, HTTPOrigin) async throws -> Void
) async throws {
    let server = try ScriptedServer(script)
    let client = try HTTPClient(configuration)
    defer { server.close() }
    do {
        try await body(server, client, HTTPOrigin(.http, host: "127.0.0.1", port: server.port))
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
}
