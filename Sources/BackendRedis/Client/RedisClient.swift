internal import CCurl
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// A client of one Redis server: one thread, one connection, the commands of all callers in one stream.
///
/// The connection is made when the first command wants it, and again after it broke; nothing is sent twice. When the
/// last reference goes, commands under way fail.
final class RedisClient: RedisTransport {
    private let mailbox: RedisMailbox
    /// The loop's thread until somebody joins or detaches it.
    private let thread: Mutex<pthread_t?>

    /// Checks the configuration; makes no connection yet.
    init(_ configuration: Configuration, time: any TimeSource = SystemTime()) throws(ConfigurationError) {
        try configuration.check()
        do throws(RedisError) {
            guard Self.isReady else { throw RedisError(.notConnected, "libcurl cannot be initialised.") }
            let mailbox = try RedisMailbox(configuration, time)
            guard let thread = JoinableThread.start({ mailbox.run() }) else {
                throw RedisError(.notConnected, "No thread can be started.")
            }
            self.mailbox = mailbox
            self.thread = Mutex(thread)
        } catch {
            throw ConfigurationError(field: "host", error.message)
        }
    }

    deinit {
        self.mailbox.close()
        if let thread = self.thread.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    /// The client's thread as an executor: a task that prefers it sends and goes on without a change of threads.
    ///
    /// All commands wait for what runs there, so it must be brief. Outlives the client and its shutdown.
    var executor: any TaskExecutor { self.mailbox }

    /// Commands that were accepted and not answered.
    var pending: Int { self.mailbox.pending }

    func send(_ command: RedisCommand, deadline: MonotonicInstant) async throws(RedisError) -> RedisValue {
        let exchange = RedisExchange(command, deadline: deadline)
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

    func shutdown() async {
        self.mailbox.close()
        await self.mailbox.waitForEnd()
        if let thread = self.thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
