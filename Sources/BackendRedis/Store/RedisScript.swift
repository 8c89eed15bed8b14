internal import RegionKitCore

/// A Lua script: constant text that runs on the server as one transaction.
///
/// All values come as keys and arguments, binary-safe. A script decides everything before its first write, because
/// Redis does not take back what a script wrote before it failed.
///
/// Each begins with a `#!lua` line, so that the server looks at memory, replication and persistence before it lets the
/// script begin, not in the middle of it: <https://redis.io/docs/latest/develop/programmability/eval-intro/>
///
/// Numbers in Lua are doubles: times below 2⁵³, counters and origins of 48 bits are exact, and are compared as numbers.
/// Incarnations and digests are not, and are compared as text. Texts are never compared by order: Lua's `<` follows the
/// server's locale.
struct RedisScript: Hashable, Sendable {
    /// How the script is called in messages.
    var name: String
    /// Whether it writes.
    var kind: OperationKind
    var text: String

    init(_ name: String, _ kind: OperationKind, flags: String? = nil, _ parts: String...) {
        let flags = flags ?? (kind == .read ? "no-writes" : "")
        self.name = name
        self.kind = kind
        self.text = "#!lua" + (flags.isEmpty ? "" : " flags=" + flags) + "\n" + parts.joined(separator: "\n")
    }
}

extension RedisScript {
    /// Stands for a run id where Redis itself replicates.
    static let native = "native"

    /// All scripts.
    static let all = [
        look, open, commit, apply, rows, versionsAfter, versionsOf, rowsOf, changes, begin, markReady, collect, lease,
        touch, rights,
    ]

    /// Identity, position and clock; false where there is no region.
    static let look = RedisScript(
        "status",
        .read,
        #"""
        -- KEYS meta live dead cursors due   ARGV run id
        local meta = redis.call('HMGET', KEYS[1], 'format', 'region', 'schema', 'incarnation', 'ready', 'seq',
            'seq_version', 'ms', 'counter', 'floor')
        if not meta[1] then return false end
        local rows = redis.call('ZCARD', KEYS[2]) + redis.call('ZCARD', KEYS[3])
        return {meta, redis.call('HGETALL', KEYS[4]), rows, redis.call('ZCARD', KEYS[5]), ARGV[1], redis.call('TIME')}
        """#
    )

    /// Makes a region that takes no writes, where there is none.
    static let open = RedisScript(
        "open",
        .write,
        #"""
        -- KEYS meta   ARGV format, region, schema, incarnation, run id in which it takes writes
        if redis.call('HEXISTS', KEYS[1], 'format') == 0 then
            redis.call('HSET', KEYS[1], 'format', ARGV[1], 'region', ARGV[2], 'schema', ARGV[3], 'incarnation', ARGV[4],
                'ready', ARGV[5], 'seq', '0', 'seq_version', '', 'base', '0', 'base_version', '', 'ms', '0', 'counter', '0',
                'floor', '')
        end
        return 1
        """#
    )

    /// Which of the commands the user may not run on the region's keys.
    static let rights = RedisScript(
        "rights",
        .read,
        #"""
        -- KEYS meta   ARGV commands, each with arguments that are right in number, parted by blanks; * is the key
        local missing = {}
        for i = 1, #ARGV do
            local words = {}
            for word in string.gmatch(ARGV[i], '%S+') do words[#words + 1] = word == '*' and KEYS[1] or word end
            if not redis.acl_check_cmd(unpack(words)) then missing[#missing + 1] = words[1] end
        end
        return missing
        """#
    )
}
