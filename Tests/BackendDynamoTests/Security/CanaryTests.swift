import RegionKitCore
import Synchronization
import Testing

@testable import BackendDynamo

/// Security rule 1: nothing that a program can print tells its credentials.
struct CanaryTests {
    private static let key = "AKIDCANARY5C1E"
    private static let secret = "canary-secret-5c1e"
    private static let token = "canary-token-5c1e"

    private static let credentials = ExplicitCredentials(
        given: Credentials(accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: Secret(token))
    )

    /// Everything that a program may print of what it has, what it was told as an observer among it.
    private final class Printer: RegionObserver {
        private let printed = Mutex("")

        var text: String { self.printed.withLock { $0 } }

        func print(_ value: some Any) {
            var text = "\(value)\n\(String(reflecting: value))\n"
            dump(value, to: &text)
            self.printed.withLock { $0 += text }
        }

        func report(_ event: RegionEvent) { self.print(event) }
    }

    /// A service that tells what it was sent, as the real one does when a signature is wrong.
    private static let indiscreet = StubBehaviour.fault(
        403,
        #"{"__type":"x#InvalidSignatureException","message":"The Canonical String should have been 'POST\n/\n\nhost:h\n"#
            + #"x-amz-security-token:canary-token-5c1e\n' for AKIDCANARY5C1E, secret canary-secret-5c1e"}"#
    )

    private static let indiscreetReason = StubBehaviour.fault(
        400,
        #"{"__type":"x#TransactionCanceledException","message":"m","CancellationReasons":"#
            + #"[{"Code":"ValidationError","Message":"sent with canary-secret-5c1e and canary-token-5c1e"}]}"#
    )

    private static let behaviours: [StubBehaviour] = [
        .answer, .close(applied: true), .resetWithin, .closeWithin, .wrongChecksum, .silence(applied: false),
        .serverError(applied: true), .refuse("ThrottlingException"), .refuse("AccessDeniedException"),
        .refuse("ExpiredTokenException"), .refuse("UnrecognizedClientException"), .fault(500, "<html>canary"),
        .fault(503, "AKIDCANARY5C1E canary-secret-5c1e"), Self.indiscreet,
        Self.indiscreetReason,
    ]

    @Test(.timeLimit(.minutes(2))) func `rule 1: no error, trace, event or dump tells credentials`() async throws {
        let printer = Printer()
        var regions: [DynamoRegion] = []
        try await withStubs(
            2,
            {
                ($0.deadline, $0.attemptTimeout) = (.seconds(1), .milliseconds(200))
                $0.retry.maximumAttemptsPerRegion = 1
            },
            observers: [printer]
        ) { name, service in
            let region = try StubDeployment.region(name, service, credentials: Self.credentials)
            regions.append(region)
            return region
        } _: { stubs in
            let services = stubs.services
            try await withMultiRegionStore(stubs.store) { store in
                for behaviour in Self.behaviours {
                    for service in services { service.plan(behaviour) }
                    do throws(RegionError) { printer.print(try await store.get("a")) } catch { printer.print(error) }
                    do throws(RegionError) {
                        printer.print(try await store.put(["id": "a"], if: !attribute("id").exists))
                    } catch {
                        printer.print(error)
                    }
                    printer.print(store.health())
                    printer.print(try store.explain(.get("a", .eventual)))
                }
            }
            printer.print(stubs.store)
        }
        for region in regions { printer.print(region) }
        printer.print(Self.credentials)
        printer.print(Self.credentials.given?.secretAccessKey as Any)
        let printed = printer.text
        #expect(printed.contains("InvalidSignature") && printed.contains("attemptEnded"))
        for canary in [Self.secret, Self.token] {
            let place = printed.firstRange(of: canary).map { printed[..<$0.lowerBound].suffix(80) }
            #expect(place == nil, "after \(place ?? "")")
        }
    }
}
