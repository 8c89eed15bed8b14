internal import CCurl
internal import RegionKitCore

/// An HTTP/1.1 client over libcurl: one thread, connections kept open, nothing sent twice, no redirects.
///
/// HTTPS is verified; plain HTTP goes to this machine alone. Link-local and metadata addresses are refused after
/// resolution. When the last reference goes, requests under way fail.
final class HTTPClient: HTTPTransport {
    typealias Mailbox = LoopMailbox<HTTPRequest, HTTPResponse, HTTPError>

    private let mailbox: Mailbox
    private let allowsPlainText: Bool

    init(_ configuration: Configuration = Configuration()) throws(HTTPError) {
        if let fault = configuration.fault { throw fault }
        guard Self.isReady else { throw HTTPError(.local, "libcurl cannot be initialised.") }
        guard let multi = unsafe curl_multi_init() else { throw HTTPError(.local, "libcurl is out of memory.") }
        guard unsafe curl_multi_wakeup(multi) == CURLM_OK else {
            unsafe curl_multi_cleanup(multi)
            throw HTTPError(.local, "libcurl has no descriptor to be woken by.")
        }
        let perHost = configuration.connectionsPerHost
        unsafe _ = regionkit_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, perHost)
        unsafe _ = regionkit_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(perHost, configuration.inFlight))
        self.allowsPlainText = configuration.fixedAddresses != nil
        // Unchecked: any thread may wake libcurl. The loop frees the handle when the mailbox can wake nobody more.
        nonisolated(unsafe) let handle = unsafe multi
        let mailbox = Mailbox(limit: configuration.inFlight + configuration.queue) { refusal in
            switch refusal {
            case .closed: .closed()
            case .full(let count): HTTPError(.overloaded, "\(count) requests are under way or waiting already.")
            }
        } wake: {
            unsafe _ = curl_multi_wakeup(handle)
        }
        guard mailbox.start({ unsafe HTTPLoop(mailbox, configuration, multi: handle).run() }) else {
            unsafe curl_multi_cleanup(multi)
            throw HTTPError(.local, "No thread can be started.")
        }
        self.mailbox = mailbox
    }

    deinit {
        self.mailbox.abandon()
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
        return try await self.mailbox.send(request, deadline: deadline)
    }

    /// Fails what is under way or waiting, closes all connections and waits until the thread is gone.
    func shutdown() async {
        await self.mailbox.shutdown()
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
