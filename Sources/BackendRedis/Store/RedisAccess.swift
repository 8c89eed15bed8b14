/// The rights that a region needs in its server.
public enum RedisAccess: Sendable {
    /// What an ACL user needs at least, as it stands after `ACL SETUSER name on >password`.
    ///
    /// `CONFIG GET` is left out on purpose, since it shows passwords too; without it the server's durability is told
    /// less exactly (``RedisDurability``).
    ///
    /// - Parameter isNative: Whether Redis itself replicates (``RedisReplicas``). Each server needs the user then, since
    ///   Redis does not replicate users.
    public static func rule(namespace: String, isNative: Bool = false) -> String {
        let direct = self.direct + (isNative ? self.native : [])
        let commands = (self.connection + direct + self.scripted.map { String($0.prefix { $0 != " " }) })
            .map { "+\($0.lowercased())" }
        return "resetkeys ~{rk:\(namespace)}* resetchannels -@all \(commands.joined(separator: " "))"
    }

    /// What the client sends when it connects.
    static let connection = ["SELECT", "CLIENT|SETNAME"]

    /// What is sent outside of scripts.
    static let direct = ["INFO", "BGREWRITEAOF", "SCRIPT|LOAD", "EVALSHA"]

    /// What is sent beside it where Redis itself replicates.
    static let native = ["ROLE"]

    /// What the scripts run, each with arguments that are right in number; `*` stands for a key.
    static let scripted = [
        "DEL *", "GET *", "HDEL * f", "HEXISTS * f", "HGET * f", "HGETALL *", "HMGET * f", "HSET * f v",
        "SET * v PX 1", "TIME", "UNLINK *", "XADD * 1-0 f v", "XRANGE * - +", "XTRIM * MINID 1", "ZADD * 0 m",
        "ZCARD *", "ZRANGEBYLEX * - +", "ZRANGEBYSCORE * 0 1", "ZREM * m", "ZREVRANGEBYLEX * + -", "ZSCORE * m",
    ]
}
