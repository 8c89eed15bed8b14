internal import RegionKitCore

extension Endpoint {
    /// CloudWatch's endpoint of a region, or one of one's own.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/cw_region.html>
    static func cloudWatch(in region: String, override: String? = nil) throws(EndpointError) -> Endpoint {
        guard Region(region).isValid, EndpointURL.isLabel(region) else { throw .invalidRegion(region) }
        let url =
            if let override { try EndpointURL(override) } else {
                EndpointURL(host: "monitoring.\(region).\(Partition.of(region).suffix)")
            }
        return Endpoint(url: url, signingRegion: region)
    }
}
