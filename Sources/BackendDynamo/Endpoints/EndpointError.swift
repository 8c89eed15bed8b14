/// Why no endpoint comes of a configuration.
enum EndpointError: Error, Hashable {
    case invalidRegion(String)
    case invalidURL(String, reason: String)
    case plainText(String)
    case refusedAddress(String)
    case fipsWithOverride
    case dualStackWithOverride
    case overrideIsDualStack
    case fipsWithLocal
    case dualStackWithLocal
    case accountRequiredWithFIPS
    case accountRequiredInPartition(String)
    case accountMissing
}

extension EndpointError: CustomStringConvertible {
    var description: String {
        switch self {
        case .invalidRegion(let region):
            "\"\(region)\" is no region name: it must be 1 to 63 lower-case letters, digits and hyphens, such as eu-west-1."
        case .invalidURL(let url, let reason):
            "The endpoint \"\(url)\" \(reason); write it as https://host or https://host:port."
        case .plainText(let host):
            "The endpoint \(host) would be reached without TLS; use https, or a loopback address for a local server."
        case .refusedAddress(let address):
            "\(address) is a link-local, metadata or unusable address; requests are never sent there."
        case .fipsWithOverride: "FIPS and an endpoint of one's own exclude each other; take one of them out."
        case .dualStackWithOverride: "Dual-stack and an endpoint of one's own exclude each other; take one of them out."
        case .overrideIsDualStack:
            "The endpoint is the region's dual-stack one; take it out and turn dual-stack on instead."
        case .fipsWithLocal: "FIPS and the region \"local\" exclude each other; turn FIPS off."
        case .dualStackWithLocal: "Dual-stack and the region \"local\" exclude each other; turn dual-stack off."
        case .accountRequiredWithFIPS:
            "Account-based endpoints are required, but do not exist with FIPS; set the mode to preferred or turn FIPS off."
        case .accountRequiredInPartition(let partition):
            "Account-based endpoints are required, but do not exist in the partition \(partition); set the mode to preferred."
        case .accountMissing:
            "Account-based endpoints are required, but no account id is known; give one with the credentials."
        }
    }
}
