// Pieces that several scripts share.
extension RedisScript {
    /// The region's time in milliseconds, and the server's own as it answers it.
    static let time = #"""
        local function wall(skew)
            local t = redis.call('TIME')
            return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000) + tonumber(skew), t
        end
        local function digits(number) return string.format('%.0f', number) end
        """#

    /// Versions as numbers.
    static let versions = #"""
        local function parse(text)
            local ms, counter, origin = string.match(text, '^(%d+)%.(%d+)%.(%d+)$')
            return tonumber(ms), tonumber(counter), tonumber(origin)
        end
        local function isHigher(m, c, o, m2, c2, o2)
            if m ~= m2 then return m > m2 end
            if c ~= c2 then return c > c2 end
            return o > o2
        end
        """#

    /// Rows and where they stand; keys begin with `meta log live dead graves`, and `index` is the number of the key
    /// before the first index's.
    ///
    /// A live row is a member of `live`, a tombstone of `dead` and, by time, of `graves`; `x` is what the row's members
    /// in the indexes are, packed.
    static let store = #"""
        local function find(key)
            local found = redis.call('HMGET', key, 'm', 'c', 'o', 'd', 'x')
            if not found[1] then return nil end
            return {
                m = tonumber(found[1]), c = tonumber(found[2]), o = tonumber(found[3]), isDead = found[4] == '1',
                x = found[5]
            }
        end
        local function place(member, index, old, new)
            if old == new or not old and not new then return end
            old = old and cmsgpack.unpack(old) or {}
            new = new and cmsgpack.unpack(new) or {}
            for i = 1, math.max(#old, #new) do
                local from, to = old[i] or '', new[i] or ''
                if from ~= to then
                    if from ~= '' then redis.call('ZREM', KEYS[index + i], from) end
                    if to ~= '' then redis.call('ZADD', KEYS[index + i], 0, to) end
                end
            end
        end
        local function put(key, index, member, m, c, o, operation, value, x, old)
            if value then
                if x then
                    redis.call('HSET', key, 'm', m, 'c', c, 'o', o, 'h', operation, 'd', '0', 'v', value, 'x', x)
                else
                    redis.call('HSET', key, 'm', m, 'c', c, 'o', o, 'h', operation, 'd', '0', 'v', value)
                end
                if not old or old.isDead then redis.call('ZADD', KEYS[3], 0, member) end
                if old and old.isDead then
                    redis.call('ZREM', KEYS[4], member)
                    redis.call('ZREM', KEYS[5], member)
                end
            else
                redis.call('HSET', key, 'm', m, 'c', c, 'o', o, 'h', operation, 'd', '1')
                redis.call('HDEL', key, 'v', 'x')
                if old and not old.isDead then redis.call('ZREM', KEYS[3], member) end
                if not old or not old.isDead then redis.call('ZADD', KEYS[4], 0, member) end
                redis.call('ZADD', KEYS[5], m, member)
            end
            place(member, index, old and old.x, value and x)
        end
        local function remove(key, index, member, old)
            redis.call('DEL', key)
            redis.call('ZREM', KEYS[3], member)
            redis.call('ZREM', KEYS[4], member)
            redis.call('ZREM', KEYS[5], member)
            place(member, index, old.x, false)
        end
        local function pack(from, count)
            if count == 0 then return false end
            local places = {}
            for i = 1, count do places[i] = ARGV[from + i] end
            return cmsgpack.pack(places)
        end
        """#
}
