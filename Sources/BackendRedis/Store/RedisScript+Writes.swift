internal import RegionKitCore

// Writes.
extension RedisScript {
    /// Does all changes of a commit or none.
    static let commit = RedisScript(
        "commit",
        .write,
        time,
        versions,
        store,
        #"""
        -- KEYS meta log live dead graves op, indexes, rows
        -- ARGV run id or native, digest, not after, skew, floor ms, floor counter, ceiling ms, origin, operation, indexes;
        --      for each row: expected (* anything, - nothing, or a version), effect (P, D or N), member, value, places
        local indexes = tonumber(ARGV[10])
        local width, first = 4 + indexes, 6 + indexes
        local count = (#ARGV - 10) / width
        local meta = redis.call('HMGET', KEYS[1], 'ready', 'ms', 'counter', 'seq')
        if meta[1] ~= ARGV[1] then return {'NOTREADY', meta[1] or ''} end
        local known = redis.call('GET', KEYS[6])
        if known then return {'KNOWN', known} end
        local found = {}
        for i = 1, count do
            local row = find(KEYS[first + i])
            local expected = ARGV[10 + (i - 1) * width + 1]
            if expected == '-' then
                if row then return {'SUPERSEDED'} end
            elseif expected ~= '*' then
                local m, c, o = parse(expected)
                if not row or row.m ~= m or row.c ~= c or row.o ~= o then return {'SUPERSEDED'} end
            end
            found[i] = row or false
        end
        local now, time = wall(ARGV[4])
        if now >= tonumber(ARGV[3]) then return {'LATE', time} end
        if count == 0 then
            redis.call('SET', KEYS[6], ARGV[2], 'PX', 600000)
            return {'REFUSED', time}
        end
        local ms, counter = tonumber(meta[2]), tonumber(meta[3])
        local floor, floorCounter = tonumber(ARGV[5]), tonumber(ARGV[6])
        if floor > ms or floor == ms and floorCounter > counter then ms, counter = floor, floorCounter end
        if now > ms then
            ms, counter = now, 0
        elseif counter >= 4294967295 then
            ms, counter = ms + 1, 0
        else
            counter = counter + 1
        end
        ms, counter = digits(ms), digits(counter)
        if tonumber(ms) > tonumber(ARGV[7]) then return {'AHEAD', time, ms, counter} end
        local sequence, version, changed = tonumber(meta[4]), ms .. '.' .. counter .. '.' .. ARGV[8], {}
        for i = 1, count do
            if ARGV[12 + (i - 1) * width] ~= 'N' then changed[#changed + 1] = i end
        end
        -- What a server keeps of a script that it died in is its beginning: clock and log come before rows, so that a
        -- part of a write is in the log as well, or leaves a hole there that peers notice.
        redis.call('HSET', KEYS[1], 'ms', ms, 'counter', counter)
        if #changed > 0 and ARGV[1] ~= 'native' then
            redis.call('HSET', KEYS[1], 'seq', digits(sequence + #changed), 'seq_version', version)
        end
        -- Where Redis itself replicates nobody reads a log, or needs to know that a row is gone.
        local isNative = ARGV[1] == 'native'
        for place, i in ipairs(isNative and {} or changed) do
            local member = ARGV[13 + (i - 1) * width]
            redis.call('XADD', KEYS[2], digits(sequence + place) .. '-0', 'k', member, 'v', version, 'h', ARGV[9])
        end
        for _, i in ipairs(changed) do
            local at = 10 + (i - 1) * width
            local value = ARGV[at + 2] == 'P' and ARGV[at + 4]
            if value or not isNative then
                put(KEYS[first + i], 6, ARGV[at + 3], ms, counter, ARGV[8], ARGV[9], value, pack(at + 4, indexes),
                    found[i])
            elseif found[i] then
                remove(KEYS[first + i], 6, ARGV[at + 3], found[i])
            end
        end
        redis.call('SET', KEYS[6], ARGV[2] .. ' ' .. version, 'PX', 600000)
        return {'DONE', time, ms, counter}
        """#
    )

    /// Applies foreign rows and moves a cursor, or does nothing; false where there is no region.
    ///
    /// The rows that were parked and are due have keys that only the parking table knows.
    static let apply = RedisScript(
        "apply",
        .write,
        time,
        versions,
        store,
        #"""
        -- KEYS meta log live dead graves cursors due parked, indexes, rows, purged rows
        -- ARGV skew, peer, whether the cursor moves, from, to, drift, limit of parked rows, indexes, prefix of rows,
        --      bound of the purge or '', rows; for each row: version (three numbers), operation, effect (P or D), member,
        --      value, places; for each purged row: member
        local indexes, prefix, count = tonumber(ARGV[8]), ARGV[9], tonumber(ARGV[11])
        local width, first = 7 + indexes, 8 + indexes
        local meta = redis.call('HMGET', KEYS[1], 'incarnation', 'ms', 'counter', 'floor')
        if not meta[1] then return false end
        local parked = redis.call('ZCARD', KEYS[7])
        if ARGV[3] == '1' and (redis.call('HGET', KEYS[6], ARGV[2]) or '') ~= ARGV[4] then
            return {'STAYED', 0, parked}
        end
        local horizon = wall(ARGV[1]) + tonumber(ARGV[6])
        local due = redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', digits(horizon), 'LIMIT', 0, 256)
        local ahead, seen = {}, {}
        local function name(at)
            return ARGV[at + 1] .. '.' .. ARGV[at + 2] .. '.' .. ARGV[at + 3] .. ' ' .. ARGV[at + 6]
        end
        for i = 1, count do
            local at = 11 + (i - 1) * width
            if tonumber(ARGV[at + 1]) > horizon then
                local name = name(at)
                if not seen[name] and not redis.call('ZSCORE', KEYS[7], name) then ahead[#ahead + 1] = at end
                seen[name] = true
            end
        end
        parked = parked - #due + #ahead
        if parked > tonumber(ARGV[7]) then return {'FULL', 0, parked} end

        local ms, counter, applied = tonumber(meta[2]), tonumber(meta[3]), 0
        local function merge(key, m, c, o, operation, member, value, x)
            local m2, c2 = tonumber(m), tonumber(c)
            if m2 > ms or m2 == ms and c2 > counter then ms, counter = m2, c2 end
            local old = find(key)
            if old and not isHigher(m2, c2, tonumber(o), old.m, old.c, old.o) then return end
            put(key, 8, member, m, c, o, operation, value, x, old)
            applied = applied + 1
        end
        for _, name in ipairs(due) do
            local row = cmsgpack.unpack(redis.call('HGET', KEYS[8], name))
            merge(prefix .. row[5], row[1], row[2], row[3], row[4], row[5], row[6], row[7])
            redis.call('ZREM', KEYS[7], name)
            redis.call('HDEL', KEYS[8], name)
        end
        local function row(at)
            local value = ARGV[at + 5] == 'P' and ARGV[at + 7]
            return ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4], ARGV[at + 6], value, pack(at + 7, indexes)
        end
        for i = 1, count do
            local at = 11 + (i - 1) * width
            if tonumber(ARGV[at + 1]) <= horizon then merge(KEYS[first + i], row(at)) end
        end
        for _, at in ipairs(ahead) do
            redis.call('ZADD', KEYS[7], ARGV[at + 1], name(at))
            redis.call('HSET', KEYS[8], name(at), cmsgpack.pack({row(at)}))
        end
        if ARGV[10] ~= '' then
            local m, c, o = parse(ARGV[10])
            local rows, members = first + count, 11 + count * width
            for i = 1, #KEYS - rows do
                local old = find(KEYS[rows + i])
                if old and not isHigher(old.m, old.c, old.o, m, c, o) then
                    remove(KEYS[rows + i], 8, ARGV[members + i], old)
                end
            end
            if meta[4] == '' or isHigher(m, c, o, parse(meta[4])) then redis.call('HSET', KEYS[1], 'floor', ARGV[10]) end
        end
        redis.call('HSET', KEYS[1], 'ms', digits(ms), 'counter', digits(counter))
        if ARGV[3] == '1' then
            if ARGV[5] == '' then
                redis.call('HDEL', KEYS[6], ARGV[2])
            else
                redis.call('HSET', KEYS[6], ARGV[2], ARGV[5])
            end
        end
        return {'MOVED', applied, parked}
        """#
    )

    /// Writes the clock as it is.
    static let touch = RedisScript(
        "probe",
        .write,
        #"""
        -- KEYS meta
        local ms = redis.call('HGET', KEYS[1], 'ms')
        if not ms then return false end
        redis.call('HSET', KEYS[1], 'ms', ms)
        return 1
        """#
    )
}
