import RegionKitCore
import Testing

@testable import BackendDynamo

struct ReadRequestTests {
    @Test(
        arguments: [
            (Key("a", sort: 1), .eventual, #"{"TableName":"locks","Key":{"pk":{"S":"a"},"sk":{"N":"1"}}}"#),
            (
                Key("q\"\\\n", sort: 1), .consistent,
                #"{"TableName":"locks","Key":{"pk":{"S":"q\"\\\n"},"sk":{"N":"1"}},"ConsistentRead":true}"#
            ),
        ] as [(Key, ReadConsistency, String)]
    )
    func `a get has the body`(key: Key, consistency: ReadConsistency, body: String) {
        let request = WireFixture.full.get(key, consistency)
        #expect(request.operation.rawValue == "DynamoDB_20120810.GetItem")
        #expect(WireFixture.text(request.body) == body)
    }

    @Test func `a batch read has the body`() {
        let request = WireFixture.plain.batchGet(["a", "b"], .consistent)
        #expect(request.operation == .batchGetItem)
        #expect(
            WireFixture.text(request.body)
                == #"{"RequestItems":{"simple":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"}}],"ConsistentRead":true}}}"#
        )
    }

    @Test func `names of tables and keys are escaped`() {
        let wire = DynamoWire(TableSchema(name: "t\"", partitionKey: "p\\"), stampAttribute: nil)
        #expect(WireFixture.text(wire.get("a", .eventual).body) == #"{"TableName":"t\"","Key":{"p\\":{"S":"a"}}}"#)
    }

    @Test(
        arguments: [
            (
                Query("a"),
                ##"{"TableName":"locks","KeyConditionExpression":"#0 = :0","ExpressionAttributeNames":{"#0":"pk"},"##
                    + #""ExpressionAttributeValues":{":0":{"S":"a"}}}"#
            ),
            (
                Query("a", sort: .greater(1), descending: true, limit: 5, consistency: .consistent),
                ##"{"TableName":"locks","KeyConditionExpression":"#0 = :0 AND #1 > :1","ScanIndexForward":false,"##
                    + ##""ExpressionAttributeNames":{"#0":"pk","#1":"sk"},"##
                    + #""ExpressionAttributeValues":{":0":{"S":"a"},":1":{"N":"1"}},"Limit":5,"ConsistentRead":true}"#
            ),
            (
                Query(
                    "o",
                    sort: .beginsWith("x"),
                    index: "byOwner",
                    next: PageToken(position: ["pk": "z"]),
                    filter: attribute("n") > 3 && attribute("pk").exists
                ),
                ##"{"TableName":"locks","IndexName":"byOwner","##
                    + ##""KeyConditionExpression":"#0 = :0 AND begins_with(#1, :1)","##
                    + ##""FilterExpression":"#2 > :2 AND attribute_exists(#1)","##
                    + ##""ExpressionAttributeNames":{"#0":"owner","#1":"pk","#2":"n"},"##
                    + ##""ExpressionAttributeValues":{":0":{"S":"o"},":1":{"S":"x"},":2":{"N":"3"}},"##
                    + ##""ExclusiveStartKey":{"pk":{"S":"z"}}}"##
            ),
        ] as [(Query, String)]
    )
    func `a query has the body`(query: Query, body: String) throws {
        let request = try WireFixture.full.query(query)
        #expect(request.operation == .query)
        #expect(WireFixture.text(request.body) == body)
    }

    @Test(
        arguments: [
            (Scan(), #"{"TableName":"locks"}"#),
            (
                Scan(
                    limit: 2,
                    next: PageToken(position: ["pk": "z"]),
                    filter: attribute("n").exists,
                    consistency: .consistent
                ),
                ##"{"TableName":"locks","FilterExpression":"attribute_exists(#0)","##
                    + ##""ExpressionAttributeNames":{"#0":"n"},"##
                    + ##""Limit":2,"ExclusiveStartKey":{"pk":{"S":"z"}},"ConsistentRead":true}"##
            ),
        ] as [(Scan, String)]
    )
    func `a scan has the body`(scan: Scan, body: String) throws {
        let request = try WireFixture.full.scan(scan)
        #expect(request.operation == .scan)
        #expect(WireFixture.text(request.body) == body)
    }
}
