internal import RegionKitCore

/// Who carries the changes of peers.
extension WriteSession {
    /// Takes, renews or gives up leases; answers with the peers whose lease the holder has now.
    func lease(_ request: LeaseRequest, _ wall: Int64) throws(DatabaseFailure) -> Set<Region> {
        let sql =
            request.givesUp
            ? "DELETE FROM lease WHERE peer = ?1 AND holder = ?2"
            : """
            INSERT INTO lease (peer, holder, since, until) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET holder = ?2, since = ?3, until = ?4
            WHERE holder = ?2 OR ?3 NOT BETWEEN since AND until - 1
            """
        var held: Set<Region> = []
        for peer in request.peers {
            let statement = try self.connection.statement(sql)
            try statement.bind(1, peer.name)
            try statement.bind(2, Int64(bitPattern: request.holder))
            if !request.givesUp {
                try statement.bind(3, wall)
                try statement.bind(4, wall + request.milliseconds)
            }
            try statement.run()
            if !request.givesUp, self.connection.changedRows > 0 { held.insert(peer) }
        }
        return held
    }
}
