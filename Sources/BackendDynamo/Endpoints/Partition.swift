/// A group of regions with accounts and host names of its own.
///
/// Source: `partitions.json` of <https://github.com/boto/botocore>. All of them know FIPS and dual-stack endpoints.
struct Partition: Hashable, Sendable {
    let name: String
    /// What host names end in.
    let suffix: String
    /// What the names of hosts that speak IPv6 as well end in.
    let dualStackSuffix: String

    /// The parts of the world that a region's name begins with, and the partition of each.
    private static let prefixes: [(String, Partition)] = [
        ("cn", Partition(name: "aws-cn", suffix: "amazonaws.com.cn", dualStackSuffix: "api.amazonwebservices.com.cn")),
        ("us-gov", Partition(name: "aws-us-gov", suffix: "amazonaws.com", dualStackSuffix: "api.aws")),
        ("us-iso", Partition(name: "aws-iso", suffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov")),
        ("us-isob", Partition(name: "aws-iso-b", suffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud")),
        ("eu-isoe", Partition(name: "aws-iso-e", suffix: "cloud.adc-e.uk", dualStackSuffix: "api.cloud-aws.adc-e.uk")),
        ("us-isof", Partition(name: "aws-iso-f", suffix: "csp.hci.ic.gov", dualStackSuffix: "api.aws.hci.ic.gov")),
        ("eusc-de", Partition(name: "aws-eusc", suffix: "amazonaws.eu", dualStackSuffix: "api.amazonwebservices.eu")),
    ]
    private static let standard = Partition(name: "aws", suffix: "amazonaws.com", dualStackSuffix: "api.aws")

    /// The partition of a region; the standard one for a name that fits no other.
    static func of(_ region: String) -> Partition {
        self.prefixes.first { region.hasPrefix($0.0 + "-") }?.1 ?? self.standard
    }
}
