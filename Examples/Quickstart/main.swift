import BackendSQLite
import RegionKitCore

let schema = TableSchema(name: "notes", partitionKey: "id")
let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
let regions = try await SQLiteRegions.open(in: "data", schema: schema, regions: names)
let store = try MultiRegionStore(schema: schema, regions: regions.endpoints, services: [regions])

try await withMultiRegionStore(store) { store in
    let written = try await store.put(["id": "n1", "text": "hello"])
    print("written in", written.region)
    _ = try await regions.replicator.settle(within: .seconds(5))
    try store.evacuate("us-west-2")
    let note = try await store.get("n1")
    print("read in", note.region, "–", note.item?["text"]?.string ?? "not there yet")
}
