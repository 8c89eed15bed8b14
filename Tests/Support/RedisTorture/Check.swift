internal import BackendRedis
internal import Foundation
internal import RegionKitCore
internal import RegionKitTesting

/// What must hold after all that, looked up at the servers themselves.
struct Check {
    private let network: Network
    private let stores: [RedisStore]

    init(_ network: Network) throws {
        self.network = network
        self.stores = try network.regions(from: nil).map { try RedisStore($0.configuration, at: $0.address) }
    }

    func shutdown() async {
        for store in self.stores { await store.shutdown() }
    }

    /// Waits until each region has all that the others have; the applications bring it there.
    ///
    /// - Returns: After how many seconds, or nil after the limit.
    func converged(within limit: Double) async throws -> Double? {
        let begin = ContinuousClock.now
        while true {
            var statuses: [ReplicaStatus] = []
            for store in self.stores {
                if let status = try? await store.status(in: self.context(.seconds(2))) { statuses.append(status) }
            }
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            if statuses.count == self.stores.count, Self.isSettled(statuses) { return seconds }
            guard seconds < limit else {
                for status in statuses { note("\(status)") }
                return nil
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func isSettled(_ statuses: [ReplicaStatus]) -> Bool {
        statuses.allSatisfy { target in
            target.isReady && target.parked == 0
                && statuses.allSatisfy { $0.region == target.region || target.cursors[$0.region] == $0.head }
        }
    }

    /// What is wrong with what the regions hold, one line for each.
    func faults(of ledger: Ledger.Contents) async throws -> (lost: [String], others: [String]) {
        let rows = try await self.rows(self.stores[0])
        var others: [String] = []
        for (store, server) in zip(self.stores, self.network.servers) {
            let own = try await self.rows(store)
            for key in Set(own.keys).union(rows.keys) where own[key] != rows[key] {
                let (here, there) = (own[key], rows[key])
                others.append(
                    "\(store.region) differs at \(key): \(Self.text(here)), not \(Self.text(there))"
                )
            }
            others += try await self.indexFaults(store, own)
            let answer = try server.command("EVAL", Self.logScript, "0", "{rk:torture}")
            if answer != "OK" { others.append("\(store.region): the log: \(answer)") }
        }
        var lost: [String] = []
        for (version, write) in ledger.acknowledged {
            guard let reason = Self.reason(write, version, rows[write.key]) else { continue }
            lost.append("lost: \(write.key) \(version) \(write.token ?? "-"): \(reason)")
        }
        var all = ledger
        for (key, row) in rows { all.see(.init(key: key, token: row.item?["token"]?.string), as: row.version) }
        return (lost, others + all.faults + all.late)
    }

    private static func text(_ row: ReplicaRow?) -> String {
        row.map { "\($0.version) \($0.item?["token"]?.string ?? "-")" } ?? "nothing"
    }

    private static func reason(_ write: Ledger.Write, _ version: Version, _ row: ReplicaRow?) -> String? {
        guard let row else { return "nothing is there" }
        guard row.version >= version else { return "an older version \(row.version) is there" }
        guard row.version == version, row.item?["token"]?.string != write.token else { return nil }
        return "its version holds something else"
    }

    private func rows(_ store: RedisStore) async throws -> [String: ReplicaRow] {
        let rows = try await store.allRows(after: nil, limit: 1_000_000, in: self.context())
        return Dictionary(rows.map { ($0.key.partition.string ?? "", $0) }) { first, _ in first }
    }

    private func indexFaults(_ store: RedisStore, _ rows: [String: ReplicaRow]) async throws -> [String] {
        var faults: [String] = []
        for group in (0..<7).map({ AttributeValue.string("g\($0)") }) {
            let range = ReplicaRange(.index("by-group", group))
            let found = try await store.rows(in: range, limit: 1_000_000, in: self.context())
            let expected = rows.values.filter { $0.item?["group"] == group }
            if Set(found) != Set(expected) || found.count != expected.count {
                faults.append("\(store.region): the index holds other items than the table.")
            }
        }
        return faults
    }

    /// The entries' numbers have no hole, their versions rise, each row is theirs or newer, and no row is missing from
    /// the sets or in both.
    private static let logScript = #"""
        local prefix = ARGV[1]
        local meta = redis.call('HMGET', prefix .. ':meta', 'base', 'seq', 'seq_version')
        local number, last = tonumber(meta[1]), ''
        local function key(text)
            local m, c = string.match(text, '^(%d+)%.(%d+)')
            return tonumber(m), tonumber(c)
        end
        for _, entry in ipairs(redis.call('XRANGE', prefix .. ':log', '-', '+')) do
            number = number + 1
            if entry[1] ~= string.format('%.0f-0', number) then return 'a hole before ' .. entry[1] end
            local version = entry[2][4]
            local m, c = key(version)
            if last ~= '' then
                local m2, c2 = key(last)
                if m < m2 or m == m2 and c <= c2 then return 'versions do not rise at ' .. entry[1] end
            end
            last = version
            local row = redis.call('HMGET', prefix .. ':i:' .. entry[2][2], 'm', 'c')
            if not row[1] then return 'no row of ' .. entry[1] end
            if tonumber(row[1]) < m or tonumber(row[1]) == m and tonumber(row[2]) < c then
                return 'an older row than ' .. entry[1]
            end
        end
        if number ~= tonumber(meta[2]) then return 'ends at ' .. number .. ', not at ' .. meta[2] end
        if last ~= '' and last ~= meta[3] then return 'ends with ' .. last .. ', not with ' .. meta[3] end
        local rows = #redis.call('KEYS', prefix .. ':i:*')
        local listed = redis.call('ZCARD', prefix .. ':live') + redis.call('ZCARD', prefix .. ':dead')
        if rows ~= listed then return rows .. ' rows, ' .. listed .. ' listed' end
        return 'OK'
        """#

    private func context(_ limit: Duration = .seconds(60)) -> AttemptContext {
        let time = SystemTime()
        return AttemptContext(
            deadline: time.now.advanced(by: limit),
            operation: OperationID(high: 0, low: 0),
            time: time
        )
    }
}
