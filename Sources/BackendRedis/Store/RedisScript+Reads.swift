internal import RegionKitCore

// Reads. Rows stand under keys that only the sorted sets and the log know.
extension RedisScript {
    /// Live rows of a range: where it ended, whether there may be more, and the rows.
    static let rows = RedisScript(
        "rows",
        .read,
        #"""
        -- KEYS set   ARGV prefix of rows, low, high, limit, descending, parts before a member's key, bytes
        local members
        if ARGV[5] == '1' then
            members = redis.call('ZREVRANGEBYLEX', KEYS[1], ARGV[3], ARGV[2], 'LIMIT', 0, ARGV[4])
        else
            members = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
        end
        local rows, bytes, last, more = {}, 0, '', #members == tonumber(ARGV[4])
        for i, member in ipairs(members) do
            local from = 1
            for _ = 1, tonumber(ARGV[6]) do from = string.find(member, '\0\0', from, true) + 2 end
            local key = string.sub(member, from)
            local row = redis.call('HMGET', ARGV[1] .. key, 'm', 'c', 'o', 'h', 'v')
            last = member
            if row[5] then
                rows[#rows + 1] = {key, row[1], row[2], row[3], row[4], row[5]}
                bytes = bytes + #row[5]
                if bytes >= tonumber(ARGV[7]) and i < #members then more = true break end
            end
        end
        return {last, more and 1 or 0, rows}
        """#
    )

    /// The versions of rows after a key, deleted ones included: where it ended, whether there may be more, and they.
    static let versionsAfter = RedisScript(
        "versions",
        .read,
        #"""
        -- KEYS live dead   ARGV prefix of rows, low, limit
        -- By bytes, as the sorted sets do.
        local function precedes(one, other)
            if not one or not other then return one end
            for i = 1, math.min(#one, #other) do
                local a, b = string.byte(one, i), string.byte(other, i)
                if a ~= b then return a < b end
            end
            return #one < #other
        end
        local live = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], '+', 'LIMIT', 0, ARGV[3])
        local dead = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[2], '+', 'LIMIT', 0, ARGV[3])
        local limit, l, d, read, last, versions = tonumber(ARGV[3]), 1, 1, 0, '', {}
        while read < limit and (live[l] or dead[d]) do
            if precedes(live[l], dead[d]) then last, l = live[l], l + 1 else last, d = dead[d], d + 1 end
            read = read + 1
            local row = redis.call('HMGET', ARGV[1] .. last, 'm', 'c', 'o')
            if row[1] then versions[#versions + 1] = {last, row[1], row[2], row[3]} end
        end
        return {last, read == limit and 1 or 0, versions}
        """#
    )

    /// The versions of keys' rows.
    static let versionsOf = RedisScript(
        "versions of keys",
        .read,
        #"""
        -- KEYS rows   ARGV their members
        local versions = {}
        for i = 1, #KEYS do
            local row = redis.call('HMGET', KEYS[i], 'm', 'c', 'o')
            if row[1] then versions[#versions + 1] = {ARGV[i], row[1], row[2], row[3]} end
        end
        return versions
        """#
    )

    /// Keys' rows, until their items have as many bytes as that.
    static let rowsOf = RedisScript(
        "rows of keys",
        .read,
        #"""
        -- KEYS rows   ARGV bytes, the rows' members
        local rows, bytes, limit = {}, 0, tonumber(ARGV[1])
        for i = 1, #KEYS do
            local row = redis.call('HMGET', KEYS[i], 'm', 'c', 'o', 'h', 'v')
            if row[1] then
                rows[#rows + 1] = {ARGV[i + 1], row[1], row[2], row[3], row[4], row[5]}
                bytes = bytes + (row[5] and #row[5] or 0)
                if bytes >= limit then break end
            end
        end
        return rows
        """#
    )

    /// Entries of the log after a number, with their keys' rows as they are now; false where there is no region.
    ///
    /// A key that occurs twice is sent once: what stands there now is newer than both entries. Where nothing stands any
    /// more the row was purged, and a tombstone of the entry's version says so.
    static let changes = RedisScript(
        "changes",
        .read,
        #"""
        -- KEYS meta log   ARGV prefix of rows, incarnation or '', sequence, limit, bytes, origin
        local meta = redis.call('HMGET', KEYS[1], 'incarnation', 'seq', 'seq_version', 'base', 'base_version')
        if not meta[1] then return false end
        local sequence, rows, at, last, version = tonumber(ARGV[3]), {}, '', ARGV[3], ''
        local isHere = sequence >= tonumber(meta[4]) and sequence <= tonumber(meta[2])
        if (ARGV[2] == '' or ARGV[2] == meta[1]) and isHere then
            if sequence == tonumber(meta[4]) then
                at = meta[5]
            else
                local entry = redis.call('XRANGE', KEYS[2], ARGV[3] .. '-0', ARGV[3] .. '-0')[1]
                at = entry and entry[2][4] or ''
            end
            local from = string.format('%.0f', sequence + 1) .. '-0'
            local bytes, limit, seen, final = 0, tonumber(ARGV[5]), {}, nil
            for _, entry in ipairs(redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', ARGV[4])) do
                local member = entry[2][2]
                if not seen[member] then
                    seen[member] = true
                    local row = redis.call('HMGET', ARGV[1] .. member, 'm', 'c', 'o', 'h', 'v')
                    if row[1] then
                        rows[#rows + 1] = {member, row[1], row[2], row[3], row[4], row[5]}
                        bytes = bytes + (row[5] and #row[5] or 0)
                    else
                        local m, c = string.match(entry[2][4], '^(%d+)%.(%d+)')
                        rows[#rows + 1] = {member, m, c, ARGV[6], entry[2][6], false}
                    end
                end
                final = entry
                if bytes >= limit then break end
            end
            if final then last, version = string.match(final[1], '^%d+'), final[2][4] end
        end
        return {meta, at, last, version, rows}
        """#
    )
}
