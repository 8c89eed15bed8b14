internal import Foundation
internal import Synchronization

/// A TCP server on 127.0.0.1 that does to each connection what a script says, on a thread per connection.
package final class ScriptedServer: Sendable {
    private struct State {
        var connections: [Int32] = []
        package var accepted = 0
        var open = 0
        var mostOpen = 0
        var isClosed = false
    }

    /// Where it listens.
    package let port: Int
    private let listener: Int32
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    /// Begins to listen on a free port.
    package init(_ script: @escaping @Sendable (ScriptedConnection) -> Void) throws {
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
        self.threads.enter()
        Thread.detachNewThread { [self] in
            self.accept(script)
            self.threads.leave()
        }
    }

    /// Connections so far.
    package var accepted: Int { self.state.withLock { $0.accepted } }

    /// The most connections whose scripts ran at once.
    package var mostOpen: Int { self.state.withLock { $0.mostOpen } }

    private func accept(_ script: @escaping @Sendable (ScriptedConnection) -> Void) {
        while true {
            let descriptor = Foundation.accept(self.listener, nil, nil)
            guard descriptor >= 0 else { return }
            let number = self.state.withLock { state -> Int? in
                guard !state.isClosed else { return nil }
                state.accepted += 1
                state.open += 1
                state.mostOpen = max(state.mostOpen, state.open)
                state.connections.append(descriptor)
                return state.accepted
            }
            guard let number else {
                Foundation.close(descriptor)
                return
            }
            self.threads.enter()
            let thread = Thread { [self] in
                script(ScriptedConnection(descriptor, number: number))
                self.state.withLock { state in
                    state.open -= 1
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
    package func close() {
        shutdown(self.listener, Int32(SHUT_RDWR))
        self.state.withLock { state in
            state.isClosed = true
            for descriptor in state.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        self.threads.wait()
        Foundation.close(self.listener)
    }
}
