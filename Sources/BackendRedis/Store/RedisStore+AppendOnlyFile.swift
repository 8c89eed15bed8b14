internal import RegionKitCore

extension RedisStore {
    /// How often a server that rewrites its file is asked whether it has.
    private static let interval = Duration.milliseconds(20)

    /// Lets a server that was started rewrite its append-only file, if it has one, before its region takes writes.
    ///
    /// A server that dies while it appends what a script wrote leaves the beginning of that in the file. When it starts it
    /// does not do the beginning, and does not remove it either: Redis 7, and Valkey before
    /// <https://github.com/valkey-io/valkey/pull/4342>. At the start after that one it is done together with the next
    /// script's changes, of which the entry in the log is then refused, because its number is taken: peers would never
    /// hear of a write that was acknowledged. A file that is written anew from memory holds nothing of it.
    ///
    /// A server that cannot, or whose user may not, is left as it is.
    func renewFile(_ context: AttemptContext) async throws(BackendError) {
        var isAsked = false
        while true {
            let info = try await self.info(context)
            // The time that the last rewriting took; there was none in this run yet.
            guard info["aof_enabled"] == "1", info["aof_last_rewrite_time_sec"] == "-1" else { return }
            if info["aof_rewrite_in_progress"] != "1", info["aof_rewrite_scheduled"] != "1" {
                guard !isAsked else { return }
                isAsked = true
                do throws(BackendError) {
                    _ = try await self.sendBeforehand(RedisCommand("BGREWRITEAOF"), in: context)
                } catch {
                    // Refused: not allowed, or another process asked just before.
                    guard error.failure != .notSent else { throw error }
                }
            }
            do {
                try await context.time.sleep(for: Self.interval)
            } catch {
                throw BackendError(.notSent, .cancelled, "The task was cancelled.")
            }
        }
    }
}
