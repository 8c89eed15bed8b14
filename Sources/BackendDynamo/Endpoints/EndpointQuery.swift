internal import RegionKitCore

/// What DynamoDB's endpoint for a region depends on.
///
/// The rules are those of the service's public rule set, `endpoint-rule-set-1.json` of
/// <https://github.com/boto/botocore>.
struct EndpointQuery: Hashable, Sendable {
    var region: String
    var usesFIPS = false
    var usesDualStack = false
    /// The account of the credentials.
    var accountID: String?
    var accountIDMode = AccountIDMode.preferred
    /// The resources a request names, the first that counts first: their account comes before that of the credentials.
    var resourceARNs: [String] = []
    /// An endpoint of one's own, such as that of a local server.
    var override: String?
    /// Whether it is for the service's search operations, which have hosts of their own.
    var isSearch = false

    func resolve() throws(EndpointError) -> Endpoint {
        // The name becomes part of a host's.
        guard Region(self.region).isValid, EndpointURL.isLabel(self.region) else { throw .invalidRegion(self.region) }
        let partition = Partition.of(self.region)
        if let override = self.override { return try self.resolve(override, in: partition) }
        if self.region == "local" {
            guard !self.usesFIPS else { throw .fipsWithLocal }
            guard !self.usesDualStack else { throw .dualStackWithLocal }
            let url = EndpointURL(isSecure: false, host: "localhost", port: 8000)
            return Endpoint(url: url, signingRegion: "us-east-1")
        }
        let suffix = self.usesDualStack ? partition.dualStackSuffix : partition.suffix
        let search = self.isSearch ? "search-" : ""
        if let account = try self.account(in: partition) {
            return self.endpoint("\(account).\(search)ddb.\(self.region).\(suffix)")
        }
        // The plain hosts of aws-us-gov are FIPS ones.
        let fips = self.usesFIPS && (self.usesDualStack || partition.name != "aws-us-gov") ? "-fips" : ""
        return self.endpoint("\(search)dynamodb\(fips).\(self.region).\(suffix)")
    }

    private func endpoint(_ host: String) -> Endpoint {
        Endpoint(url: EndpointURL(host: host), signingRegion: self.region)
    }

    private func resolve(_ override: String, in partition: Partition) throws(EndpointError) -> Endpoint {
        let url = try EndpointURL(override)
        guard !self.usesFIPS else { throw .fipsWithOverride }
        guard !self.usesDualStack else { throw .dualStackWithOverride }
        let dualStack = ["", "search-"].map { "\($0)dynamodb.\(self.region).\(partition.dualStackSuffix)" }
        guard !dualStack.contains(url.authority) else { throw .overrideIsDualStack }
        return Endpoint(url: url, signingRegion: self.region)
    }

    /// The account whose id becomes part of the host's name; nil when none does.
    private func account(in partition: Partition) throws(EndpointError) -> String? {
        let isRequired = self.accountIDMode == .required
        guard !self.usesFIPS else {
            if isRequired { throw .accountRequiredWithFIPS }
            return nil
        }
        guard partition.name == "aws" else {
            if isRequired { throw .accountRequiredInPartition(partition.name) }
            return nil
        }
        guard self.accountIDMode != .disabled else { return nil }
        let accounts = self.resourceARNs.compactMap(self.account(of:)) + [self.accountID].compactMap { $0 }
        if let account = accounts.first(where: EndpointURL.isLabel) { return account }
        if isRequired { throw .accountMissing }
        return nil
    }

    /// The account of a table in this region, `arn:aws:dynamodb:region:account:table/name`.
    private func account(of resource: String) -> String? {
        let parts = resource.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "dynamodb", parts[3] == self.region else { return nil }
        return String(parts[4])
    }
}
