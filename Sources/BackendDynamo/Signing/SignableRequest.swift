/// A request as it goes over the wire, for ``RequestSigner``.
struct SignableRequest {
    var method: String
    /// The path as it is sent.
    var path = "/"
    /// The query as it is sent, without the question mark.
    var query = ""
    /// All headers that are sent, `Host` among them; those that a hop may change are left out of the signature.
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []
}
