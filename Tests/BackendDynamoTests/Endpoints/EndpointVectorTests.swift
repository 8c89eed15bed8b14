import Foundation
import Testing

@testable import BackendDynamo

@Suite(.enabled(if: Vectors.exist, Comment(rawValue: Vectors.absence)))
struct EndpointVectorTests {
    /// The published texts of the errors, and ours.
    private static let errors: [String: EndpointError] = [
        "Invalid Configuration: FIPS and custom endpoint are not supported": .fipsWithOverride,
        "Invalid Configuration: Dualstack and custom endpoint are not supported": .dualStackWithOverride,
        "Invalid Configuration: FIPS and local endpoint are not supported": .fipsWithLocal,
        "Invalid Configuration: Dualstack and local endpoint are not supported": .dualStackWithLocal,
        "Invalid Configuration: AccountIdEndpointMode is required and FIPS is enabled, but FIPS account endpoints are not supported":
            .accountRequiredWithFIPS,
        "Invalid Configuration: AccountIdEndpointMode is required but account endpoints are not supported in this partition":
            .accountRequiredInPartition(""),
        "AccountIdEndpointMode is required but no AccountID was provided or able to be loaded": .accountMissing,
        "Endpoint override is not supported for dual-stack endpoints. Please enable dual-stack functionality by enabling the configuration. For more details, see: https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html":
            .overrideIsDualStack,
        "Invalid Configuration: Missing Region": .invalidRegion(""),
    ]

    @Test func `every published case resolves as published`() throws {
        let document = try Vectors.json("endpoints/dynamodb-endpoint-tests-sample.json")
        let cases = try #require(document["testCases"] as? [[String: Any]])
        #expect(!cases.isEmpty)
        for testCase in cases {
            let parameters = try #require(testCase["params"] as? [String: Any])
            let expected = try #require(testCase["expect"] as? [String: Any])
            let name = Comment(rawValue: "\(testCase["documentation"] ?? "") \(parameters)")
            let query = try Self.query(parameters)
            if let endpoint = expected["endpoint"] as? [String: Any] {
                let resolved = try? query.resolve()
                #expect(resolved?.url.description == endpoint["url"] as? String, name)
                let schemes = (endpoint["properties"] as? [String: Any])?["authSchemes"] as? [[String: Any]]
                let signingRegion = schemes?.first?["signingRegion"] as? String ?? query.region
                #expect(resolved?.signingRegion == signingRegion, name)
            } else {
                let message = try #require(expected["error"] as? String)
                let error = try #require(Self.errors[message], name)
                do throws(EndpointError) {
                    let resolved = try query.resolve()
                    Issue.record("\(resolved) instead of an error: \(name)")
                } catch .accountRequiredInPartition {
                    #expect(error == .accountRequiredInPartition(""), name)
                } catch {
                    #expect(error == Self.errors[message], name)
                }
            }
        }
    }

    private static func query(_ parameters: [String: Any]) throws -> EndpointQuery {
        var query = EndpointQuery(region: parameters["Region"] as? String ?? "")
        query.usesFIPS = parameters["UseFIPS"] as? Bool ?? false
        query.usesDualStack = parameters["UseDualStack"] as? Bool ?? false
        query.accountID = parameters["AccountId"] as? String
        // The published rules take a mode that is left out for a disabled one.
        let mode = parameters["AccountIdEndpointMode"] as? String ?? "disabled"
        query.accountIDMode = try #require(AccountIDMode(rawValue: mode))
        let list = parameters["ResourceArnList"] as? [String]
        query.resourceARNs = [parameters["ResourceArn"] as? String, list?.first].compactMap { $0 }
        query.override = parameters["Endpoint"] as? String
        query.isSearch = parameters["IsSearchOperation"] as? Bool ?? false
        return query
    }
}
