internal import RegionKitCore

/// Asks for credentials over HTTP, with a client that lives as long as the request: it comes up seldom.
struct HTTPCredentialTransport: CredentialTransport {
    let time: any TimeSource

    func send(_ request: CredentialRequest) async throws -> CredentialResponse {
        var configuration = HTTPClient.Configuration()
        configuration.connectionsPerHost = 1
        configuration.bodyLimit = request.limit
        configuration.connectTimeout = min(request.timeout, .seconds(1))
        // A metadata service is meant where its address stands in the request, never where a name leads there.
        if let address = IPAddress(request.origin.host), request.allowed.contains(address) {
            configuration.fixedAddresses = [address]
        }
        let client = try HTTPClient(configuration)
        let result: Result<HTTPResponse, HTTPError>
        do throws(HTTPError) {
            guard let method = HTTPRequest.Method(rawValue: request.method) else {
                throw HTTPError(.local, "\(request.method) is no method.")
            }
            let origin = try HTTPOrigin(
                request.origin.isSecure ? .https : .http,
                host: request.origin.host,
                port: request.origin.port
            )
            let call = HTTPRequest(method, origin, path: request.target, headers: request.headers, body: request.body)
            result = .success(try await client.send(call, deadline: self.time.now.advanced(by: request.timeout)))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        let response = try result.get()
        return CredentialResponse(status: response.status, body: response.body)
    }
}
