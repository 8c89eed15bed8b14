internal import CCurl
internal import RegionKitCore

/// A client of one Redis server: one thread, one connection, the commands of all callers in one stream.
///
/// The connection is made when the first command wants it, and again after it broke; nothing is sent twice. When the
/// last reference goes, commands under way fail.
final class RedisClient: RedisTransport {
    typealias Mailbox = LoopMailbox<RedisCommand, RedisValue, RedisError>

    private let mailbox: Mailbox

    /// Checks the configuration; makes no connection yet.
    init(_ configuration: Configuration, time: any TimeSource = SystemTime()) throws(ConfigurationError) {
        try configuration.check()
        do throws(RedisError) {
            self.mailbox = try Self.start(configuration, time)
        } catch {
            throw ConfigurationError(field: "host", error.message)
        }
    }

    deinit {
        self.mailbox.abandon()
    }

    private static func start(_ configuration: Configuration, _ time: any TimeSource) throws(RedisError) -> Mailbox {
        guard Self.isReady else { throw RedisError(.notConnected, "libcurl cannot be initialised.") }
        guard let multi = unsafe curl_multi_init() else { throw RedisError(.notConnected, "libcurl is out of memory.") }
        guard unsafe curl_multi_wakeup(multi) == CURLM_OK else {
            unsafe curl_multi_cleanup(multi)
            throw RedisError(.notConnected, "libcurl has no descriptor to be woken by.")
        }
        // Unchecked: any thread may wake libcurl. The loop frees the handle when the mailbox can wake nobody more.
        nonisolated(unsafe) let handle = unsafe multi
        let mailbox = Mailbox(limit: configuration.inFlight + configuration.queue) { refusal in
            switch refusal {
            case .closed: .closed()
            case .full(let count):
                RedisError(.overloaded, "\(count) Redis commands are under way or waiting already.")
            }
        } wake: {
            unsafe _ = curl_multi_wakeup(handle)
        }
        guard mailbox.start({ unsafe RedisLoop(mailbox, configuration, time, multi: handle).run() }) else {
            unsafe curl_multi_cleanup(multi)
            throw RedisError(.notConnected, "No thread can be started.")
        }
        return mailbox
    }

    /// The client's thread as an executor: a task that prefers it sends and goes on without a change of threads.
    ///
    /// All commands wait for what runs there, so it must be brief. Outlives the client and its shutdown.
    var executor: any TaskExecutor { self.mailbox }

    /// Commands that were accepted and not answered.
    var pending: Int { self.mailbox.pending }

    func send(_ command: RedisCommand, deadline: MonotonicInstant) async throws(RedisError) -> RedisValue {
        try await self.mailbox.send(command, deadline: deadline)
    }

    func shutdown() async {
        await self.mailbox.shutdown()
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
