internal import RegionKitCore

/// A request in the one form that client and server both derive a signature from.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
struct CanonicalRequest {
    let text: String
    /// The names of the headers in it, joined by semicolons.
    let signedHeaders: String

    /// Headers that proxies may change or add, and the signature itself.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    init(_ request: SignableRequest, bodyDigest: String, normalizesPath: Bool) {
        var values: [String: String] = [:]
        for (name, value) in request.headers {
            let name = name.lowercased()
            guard !Self.unsigned.contains(name) else { continue }
            let value = Self.condensed(value)
            values[name] = values[name].map { "\($0),\(value)" } ?? value
        }
        let names = values.keys.sorted()
        self.signedHeaders = names.joined(separator: ";")
        let path = normalizesPath ? Self.normalized(request.path) : request.path
        self.text =
            ([
                request.method, PercentEncoding.encode(path.utf8, keeping: UInt8(ascii: "/")),
                Self.sorted(request.query),
            ] + names.map { "\($0):\(values[$0] ?? "")" } + ["", self.signedHeaders, bodyDigest])
            .joined(separator: "\n")
    }

    /// The value without space at its ends, and with single spaces within.
    private static func condensed(_ value: String) -> String {
        value.split(whereSeparator: { " \t\r\n".contains($0) || $0 == "\r\n" }).joined(separator: " ")
    }

    /// The path without empty segments and dots.
    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        guard !segments.isEmpty else { return "/" }
        return "/" + segments.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
    }

    /// The parameters in the order of their encoded names, then values.
    private static func sorted(_ query: String) -> String {
        query.split(separator: "&")
            .map { parameter in
                let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    .map { PercentEncoding.encode(PercentEncoding.decode($0)) }
                return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
            }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }
}
