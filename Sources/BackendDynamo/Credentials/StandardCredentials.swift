public import Foundation
public import RegionKitCore

/// The usual places where AWS programs find their credentials, asked in this order until one has some: those given in
/// code, the environment, a web identity, the shared configuration and credentials files, the container's service, the
/// instance's metadata service (version 2 alone).
///
/// A place that is configured wrongly ends the search with an error that names it, so that no other identity is used by
/// mistake. ``trace()`` tells what each place said. Any number of tasks may ask at once.
public struct StandardCredentials: CredentialProvider {
    /// `chain`.
    public var name: String { self.chain.name }

    private let chain: CredentialChain

    /// Prepares the search; nothing is read or contacted.
    ///
    /// - Parameters:
    ///   - given: Credentials that go before all others.
    ///   - regions: The regions whose security token service may be asked to assume a role, the preferred one first.
    ///   - environment: The variables; those of the process by default.
    ///   - time: The clocks.
    public init(
        _ given: Credentials? = nil,
        regions: [Region] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        time: any TimeSource = SystemTime()
    ) {
        let world = CredentialEnvironment(
            variables: environment,
            regions: regions.map(\.name),
            transport: HTTPCredentialTransport(time: time),
            time: time
        )
        self.chain = CredentialChain(explicit: given, environment: world)
    }

    /// Fetches credentials anew.
    public func credentials() async throws(CredentialError) -> Credentials {
        try await self.chain.credentials()
    }

    /// Looks once more and tells what each place said: lines for people, without secrets.
    public func trace() async -> [String] {
        await self.chain.traced().steps.map(\.description)
    }
}
