internal import RegionKitCore

extension Command {
    static let explain = Command(
        "explain",
        "Tells where an operation would go now, and why; the operation is not run.",
        discussion: """
            Every region is probed first, at most as often as the failover threshold says, and manual control is \
            obeyed. Regions without a rank are in no attempt.
            """,
        operands: ["get|put|update|delete KEY", "query PK", "scan"],
        options: [.sortKey, .index, .consistent],
        examples: ["regionctl explain put ws-001", "regionctl explain query ready --index by-state"]
    ) { invocation in
        let (arguments, console) = (invocation.arguments, invocation.console)
        let configuration = try invocation.configuration()
        let request = try arguments.request(in: configuration.schema)
        let route = try await invocation.withTable(configuration) { table in
            try await table.store.assess(probes: configuration.store.health.failoverThreshold)
            return (explanation: try table.store.explain(request), notes: table.deployment.notes)
        }
        if console.isJSON {
            console.output([
                "operation": .string(arguments.operands[0]),
                "policy": .string(route.explanation.policy),
                "stops": .array(
                    route.explanation.stops.map { stop in
                        [
                            "region": .string(stop.region.name), "rank": JSON(stop.rank) { .integer($0) },
                            "status": .string(stop.status.rawValue), "reason": .string(stop.reason),
                        ]
                    }
                ),
            ])
            return .done
        }
        var table = Table(columns: [("rank", .right), ("region", .left), ("status", .left), ("reason", .left)])
        let room = Console.width - 19 - (route.explanation.stops.map(\.region.name.count).max() ?? 0)
        for stop in route.explanation.stops {
            // On a terminal a long reason goes on in rows below.
            let lines = console.isTerminal ? stop.reason.wrapped(to: max(20, room)) : [stop.reason]
            for (number, line) in lines.enumerated() {
                let stop = number == 0 ? stop : nil
                table.rows.append([
                    Table.Cell(stop.map { stop in stop.rank.map { "\($0)" } ?? "–" } ?? ""),
                    Table.Cell(stop?.region.name ?? "", .bold),
                    Table.Cell(stop?.status.rawValue ?? ""),
                    Table.Cell(line),
                ])
            }
        }
        table.lines(for: console).forEach { console.output($0) }
        route.notes.forEach { console.note($0) }
        return .done
    }
}

extension Arguments {
    /// The operation that is to be explained.
    fileprivate func request(in schema: TableSchema) throws(Failure) -> BackendRequest {
        switch self.operands[0] {
        case "scan": return .scan(Scan(consistency: self.consistency))
        case "query": return .query(try self.query(in: schema, at: 1))
        case let operation:
            let key = try self.key(in: schema, at: 1)
            switch operation {
            case "get": return .get(key, self.consistency)
            case "put": return .write(Write(.put(schema.attributes(of: key))))
            case "update": return .write(Write(.update(key, Update().set("…", true))))
            default: return .write(Write(.delete(key)))
            }
        }
    }
}
