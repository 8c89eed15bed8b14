internal import RegionKitCore

// Lives, collection, leases.
extension RedisScript {
    /// Draws a new incarnation in place of the present one.
    static let begin = RedisScript(
        "begin",
        .write,
        #"""
        -- KEYS meta log cursors due parked   ARGV present incarnation, new one
        local meta = redis.call('HMGET', KEYS[1], 'incarnation', 'seq', 'seq_version')
        if not meta[1] then return false end
        if meta[1] ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'incarnation', ARGV[2], 'ready', '', 'base', meta[2], 'base_version', meta[3])
        redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
        return 1
        """#
    )

    /// Notes the run of the server in which the region takes writes, if it is the one that was looked at.
    static let markReady = RedisScript(
        "ready",
        .write,
        #"""
        -- KEYS meta   ARGV run id, run id that was looked at or '', incarnation
        local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
        if not incarnation then return false end
        if incarnation ~= ARGV[3] or ARGV[2] ~= '' and ARGV[2] ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'ready', ARGV[1])
        return 1
        """#
    )

    /// Forgets a portion and answers whether there may be more; it frees memory, so it runs where there is none.
    static let collect = RedisScript(
        "collect",
        .write,
        flags: "allow-oom",
        versions,
        #"""
        -- KEYS meta log dead graves   ARGV prefix of rows, log through, tombstones through ms, counter, floor, portion
        local meta = redis.call('HMGET', KEYS[1], 'incarnation', 'seq', 'base', 'floor')
        if not meta[1] then return false end
        local portion, more = tonumber(ARGV[6]), 0
        local base = tonumber(meta[3])
        local through = math.min(tonumber(ARGV[2]), tonumber(meta[2]), base + portion)
        if through > base then
            local number = string.format('%.0f', through)
            local entry = redis.call('XRANGE', KEYS[2], number .. '-0', number .. '-0')[1]
            redis.call('HSET', KEYS[1], 'base', number, 'base_version', entry and entry[2][4] or '')
            redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', through + 1) .. '-0')
            if through == base + portion then more = 1 end
        end
        local ms, counter = tonumber(ARGV[3]), tonumber(ARGV[4])
        if ms == 0 and counter == 0 then return more end
        local m, c, o = parse(ARGV[5])
        if meta[4] == '' or isHigher(m, c, o, parse(meta[4])) then redis.call('HSET', KEYS[1], 'floor', ARGV[5]) end
        local graves, removed = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', ARGV[3], 'LIMIT', 0, portion), 0
        for _, member in ipairs(graves) do
            local row = redis.call('HMGET', ARGV[1] .. member, 'm', 'c')
            -- Those of the last millisecond may be later by their counter.
            if not row[1] or tonumber(row[1]) < ms or tonumber(row[1]) == ms and tonumber(row[2]) <= counter then
                redis.call('DEL', ARGV[1] .. member)
                redis.call('ZREM', KEYS[3], member)
                redis.call('ZREM', KEYS[4], member)
                removed = removed + 1
            end
        end
        if removed > 0 and #graves == portion then more = 1 end
        return more
        """#
    )

    /// Takes, renews or gives up leases; answers with the peers whose lease the holder has now.
    static let lease = RedisScript(
        "lease",
        .write,
        time,
        #"""
        -- KEYS leases   ARGV skew, holder, milliseconds or 0, peers
        local now, duration, held = wall(ARGV[1]), tonumber(ARGV[3]), {}
        for i = 4, #ARGV do
            local holder, from, to = string.match(redis.call('HGET', KEYS[1], ARGV[i]) or '', '^(%d+) (%d+) (%d+)$')
            if duration <= 0 then
                if holder == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[i]) end
            elseif not holder or holder == ARGV[2] or now < tonumber(from) or now >= tonumber(to) then
                redis.call('HSET', KEYS[1], ARGV[i], ARGV[2] .. ' ' .. digits(now) .. ' ' .. digits(now + duration))
                held[#held + 1] = ARGV[i]
            end
        end
        return held
        """#
    )
}
