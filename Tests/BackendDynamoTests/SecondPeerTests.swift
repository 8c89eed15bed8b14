import RegionKitTesting
import Testing

@testable import BackendDynamo

/// moto, another reading of DynamoDB's rules.
struct SecondPeerTests {
    /// What moto does otherwise than DynamoDB, by the rule that shows it.
    private static let deviations = [
        "all ten types survive a round trip": "a map's member with an empty name loses its name in storage",
        "a scan answers with every item once, page by page": "it meets the item that was stored wrong",
        "expired items are left out of every read": "its scan meets the item that was stored wrong",
        "an update that cannot be done is rejected and changes nothing":
            "what comes before the refused part stays done",
    ]

    @Test(
        .enabled(
            if: LocalPeer.secondEndpoint != nil,
            "REGIONKIT_DYNAMODB_SECOND_PEER names no server; Scripts/test starts one."
        ),
        .timeLimit(.minutes(2))
    )
    func `a region keeps the contract of backends against moto, save where moto does not keep DynamoDB's`() async {
        let failures = await BackendConformance { schema in
            try await LocalPeer.region(schema: schema, at: LocalPeer.secondEndpoint)
        }.run()
        for failure in failures where Self.deviations[failure.rule] == nil { Issue.record("\(failure)") }
        // A deviation that is gone leaves the list.
        for rule in Set(Self.deviations.keys).subtracting(failures.map(\.rule)) { Issue.record("moto keeps: \(rule)") }
    }
}
