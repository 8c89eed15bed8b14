/// Where the requests for a region go, and the region they are signed for.
struct Endpoint: Hashable, Sendable {
    var url: EndpointURL
    var signingRegion: String
}
