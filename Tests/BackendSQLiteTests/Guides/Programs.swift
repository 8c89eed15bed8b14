import BackendSQLite
import Foundation
import RegionKitCore

/// The programs of the README and the guides, as they stand there: what is built stays right.
enum Programs {
    static func configured() async throws {
        let configuration = try DeploymentConfiguration.load("regionkit.json")
        let deployment = try await BackendRegistry([.sqlite]).open(configuration)
        let store = try MultiRegionStore(configuration, deployment)

        try await withMultiRegionStore(store) { store in
            try await store.put(["id": "n2", "text": "from a program"])
            let note = try await store.get("n2")
            print(note.region, note.item?["text"]?.string ?? "not there")
        }
    }

    static func test(in folder: String, _ schema: TableSchema) async throws {
        let regions = try await SQLiteRegions.open(in: folder, schema: schema, regions: ["us-west-2", "us-east-1"])
        let store = try MultiRegionStore(schema: schema, regions: regions.endpoints)

        try await store.put(["id": "n1", "text": "hello"])
        _ = try await regions.replicator.settle(within: .seconds(5))

        regions.stores[0].emulate(fault: .outage)
        let note = try await store.get("n1")
        print(note.region)
    }

    static func everyday(_ store: MultiRegionStore) async throws {
        // let byCustomer = TableSchema.Index("byCustomer", partitionKey: "customer", sortKey: "placed")
        // let schema = TableSchema(name: "orders", partitionKey: "id", indexes: [byCustomer])
        struct Order: Codable { var id: String, customer: String, placed: Date, total: Decimal }

        let item = try ItemEncoder().encode(Order(id: "o1", customer: "ann", placed: .now, total: 12.5))
        let paid = Update().set("state", "paid").add("attempts", 1)
        do throws(RegionError) {
            try await store.put(item, if: !attribute("id").exists)
            try await store.update("o1", paid, if: !attribute("state").exists)
            try await store.transact([.delete("draft-1"), .check("o1", attribute("state") == "paid")])
        } catch {
            switch error.code {
            case .conditionFailed: print("somebody was faster:", error.storedItem ?? [:])
            case .outcomeUnknown: if let id = error.operation { print(await store.resolve(id)) }
            default: print(error)
            }
        }

        var query = Query("ann", index: "byCustomer", descending: true, limit: 20)
        repeat {
            let page = try await store.query(query)
            for item in page.items { print(try ItemDecoder().decode(Order.self, from: item)) }
            query.next = page.next
        } while query.next != nil
    }

    static func observed(_ store: MultiRegionStore, _ regions: SQLiteRegions) throws {
        struct Log: RegionObserver {
            func report(_ event: RegionEvent) { print(event) }
        }
        // MultiRegionStore(…, observers: [Log()], services: [regions])
        regions.stores[0].emulate(SQLiteEmulation(fault: .init(.outage)))  // .none ends it
        for health in store.health() { print(health.region, "reads", health.reads, "writes", health.writes) }
        print(try store.explain(.get("o1", .eventual)).order)
    }
}
