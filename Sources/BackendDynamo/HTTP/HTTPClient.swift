internal import CCurl
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// An HTTP/1.1 client over libcurl: one thread, connections kept open, nothing sent twice, no redirects.
///
/// HTTPS is verified; plain HTTP goes to this machine alone. Link-local and metadata addresses are refused after
/// resolution. When the last reference goes, requests under way fail.
final class HTTPClient: HTTPTransport {
    private let mailbox: HTTPMailbox
    /// The loop's thread until somebody joins or detaches it.
    private let thread: Mutex<pthread_t?>
    private let allowsPlainText: Bool

    init(_ configuration: Configuration = Configuration()) throws(HTTPError) {
        if let fault = configuration.fault { throw fault }
        guard Self.isReady else { throw HTTPError(.local, "libcurl cannot be initialised.") }
        let mailbox = try HTTPMailbox(configuration)
        guard let thread = JoinableThread.start({ mailbox.run() }) else {
            throw HTTPError(.local, "No thread can be started.")
        }
        self.mailbox = mailbox
        self.thread = Mutex(thread)
        self.allowsPlainText = configuration.fixedAddresses != nil
    }

    deinit {
        self.mailbox.close()
        if let thread = self.thread.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    /// The client's thread as an executor: a task that prefers it sends and goes on without a change of threads.
    ///
    /// All requests wait for what runs there, so it must be brief. Outlives the client and its shutdown.
    var executor: any TaskExecutor { self.mailbox }

    /// Requests under way and waiting.
    var pending: Int { self.mailbox.pending }

    func send(_ request: HTTPRequest, deadline: MonotonicInstant) async throws(HTTPError) -> HTTPResponse {
        guard request.origin.scheme == .https || request.origin.isLoopback || self.allowsPlainText else {
            throw HTTPError(
                .addressRefused,
                "\(request.origin.text): plain HTTP goes to this machine alone; use https."
            )
        }
        if let fault = request.fault { throw fault }
        let exchange = HTTPExchange(request, deadline: deadline)
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchange.begin(continuation)
                if let error = self.mailbox.post(exchange) { exchange.answer(.failure(error)) }
            }
        } onCancel: {
            self.mailbox.cancel(exchange)
        }
        return try answer.get()
    }

    /// Fails what is under way or waiting, closes all connections and waits until the thread is gone.
    func shutdown() async {
        self.mailbox.close()
        await self.mailbox.waitForEnd()
        if let thread = self.thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
