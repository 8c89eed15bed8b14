/// A request, complete but for what the client adds: Host, Content-Length and `Accept-Encoding: identity`.
struct HTTPRequest: Sendable {
    /// What is asked for.
    enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    var method: Method
    var origin: HTTPOrigin
    /// Path and query, encoded; sent as it is.
    var path: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(
        _ method: Method,
        _ origin: HTTPOrigin,
        path: String = "/",
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.origin = origin
        self.path = path
        self.headers = headers
        self.body = body
    }
}

extension HTTPRequest {
    /// What is wrong with the path, or nil.
    var fault: HTTPError? {
        let isPlain = self.path.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") }
        guard self.path.hasPrefix("/"), isPlain, self.path.utf8.count <= 16 << 10 else {
            return HTTPError(.local, "The path of a request to \(self.origin.text) is not an encoded path.")
        }
        return nil
    }
}
