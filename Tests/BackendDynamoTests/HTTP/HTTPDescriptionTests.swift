internal import RegionKitCore
internal import Testing

@testable internal import BackendDynamo

struct HTTPDescriptionTests {
    @Test func `nothing prints what a request or an answer may keep secret`() throws {
        let origin = try HTTPOrigin(.https, host: "example.org")
        let canary = Array("canary".utf8)
        let request = HTTPRequest(.post, origin, path: "/a?b=canary", headers: [("X-Token", "canary")], body: canary)
        let moment = MonotonicInstant(nanoseconds: 0)
        let response = HTTPResponse(
            status: 200,
            headers: HTTPHeaders(block: Array("HTTP/1.1 200 OK\r\nX-Token: canary\r\n\r\n".utf8)),
            body: canary,
            reusedConnection: true,
            sent: moment,
            received: moment
        )
        let exchange = HTTPClient.Mailbox.Exchange(request, deadline: moment)
        let values: [Any] = [
            request, response, [request], [response], exchange, Result<_, HTTPError>.success(response),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [
                "\(value)", String(reflecting: value), dumped, "\(Mirror(reflecting: value).children.map { $0 })",
            ] {
                #expect(!text.contains("canary") && !text.contains("\(canary[0]), \(canary[1])"), "\(text)")
            }
        }
        #expect("\(request)" == "POST https://example.org/a, 6 bytes")
        #expect("\(response.headers)" == "x-token")
        #expect("\(response)" == "status 200, 6 bytes")
    }
}
