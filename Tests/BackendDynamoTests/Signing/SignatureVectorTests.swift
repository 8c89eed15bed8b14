import Foundation
import RegionKitCore
import Testing

@testable import BackendDynamo

@Suite(.enabled(if: Vectors.exist, Comment(rawValue: Vectors.absence)))
struct SignatureVectorTests {
    @Test(arguments: Vectors.names(in: "sigv4"))
    func `a published case is signed as published`(_ name: String) throws {
        func file(_ name: String, of folder: String) throws -> String { try Vectors.text("sigv4/\(folder)/\(name)") }
        let context = try Vectors.json("sigv4/\(name)/context.json")
        let keys = try #require(context["credentials"] as? [String: String])
        let credentials = Credentials(
            accessKeyID: try #require(keys["access_key_id"]),
            secretAccessKey: Secret(try #require(keys["secret_access_key"])),
            sessionToken: keys["token"].map(Secret.init)
        )
        let time = try #require((context["timestamp"] as? String).flatMap(CivilTime.init(rfc3339:)))
        let (normalizes, addsDigest) = (context["normalize"] as? Bool ?? true, context["sign_body"] as? Bool ?? false)
        let request = try Self.parsed(try file("request.txt", of: name))
        let signer = RequestSigner(
            region: try #require(context["region"] as? String),
            service: try #require(context["service"] as? String)
        )

        let added = signer.headers(
            signing: request,
            with: credentials,
            at: time.seconds,
            normalizesPath: normalizes,
            addsDigest: addsDigest,
            signsToken: context["omit_session_token"] as? Bool != true
        )
        var complete = request
        complete.headers += added
        let bodyDigest = try file("header-canonical-request.txt", of: name).split(separator: "\n").last.map(String.init)
        let canonical = CanonicalRequest(
            complete,
            bodyDigest: try #require(bodyDigest),
            normalizesPath: normalizes
        )

        #expect(canonical.text == (try file("header-canonical-request.txt", of: name)))
        let authorization = try #require(added.last?.value)
        #expect(authorization.hasSuffix("Signature=" + (try file("header-signature.txt", of: name))))
        #expect(try Self.headers(try file("header-signed-request.txt", of: name)) == Self.sorted(complete.headers))
    }

    private static func headers(_ text: String) throws -> [String] {
        self.sorted(try self.parsed(text).headers)
    }

    private static func sorted(_ headers: [(name: String, value: String)]) -> [String] {
        headers.map { "\($0.name.lowercased()):\($0.value.trimmingCharacters(in: .whitespaces))" }.sorted()
    }

    /// Reads a request as the cases write it: the target may hold spaces, a header may go on in the next line.
    private static func parsed(_ text: String) throws -> SignableRequest {
        let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: true)
        let lines = try #require(parts.first).split(separator: "\n")
        let words = try #require(lines.first).split(separator: " ", maxSplits: 1)
        let target = try #require(words.last).replacing(" HTTP/1.1", with: "")
            .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = SignableRequest(
            method: String(words[0]),
            path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "",
            headers: [],
            body: parts.count > 1 ? Array(parts[1].utf8) : []
        )
        for line in lines.dropFirst() {
            if line.hasPrefix(" ") {
                let last = request.headers.count - 1
                request.headers[last].value += "\n" + line
            } else {
                let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                request.headers.append((String(pair[0]), String(pair[1])))
            }
        }
        return request
    }
}
