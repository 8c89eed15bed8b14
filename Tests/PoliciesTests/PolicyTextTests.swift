import Policies
import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct PolicyTextTests {
    private static func policy(_ text: String) throws(PolicyTextError) -> any RoutingPolicy {
        try PolicyRegistry.standard.policy(text, regions: PolicySamples.names)
    }

    @Test(arguments: PolicySamples.texts)
    func `a policy's text is the text it was read from`(_ text: String) throws {
        #expect("\(try Self.policy(text))" == text)
        let spaced = text.map { ",;()=".contains($0) ? " \n\($0)\t" : "\($0)" }.joined()
        #expect("\(try Self.policy(spaced))" == text)
        #expect("\(try Self.policy(text.filter { $0 != " " }))" == text)
    }

    @Test func `every policy that can be named is among the samples`() {
        let sampled = Set(PolicySamples.texts.map { String($0.prefix { $0 != "(" }) })
        #expect(sampled == Set(PolicyRegistry.standard.names))
    }

    @Test func `what is said in code is what is written in text`() throws {
        let policy: some RoutingPolicy = try .weighted(["us-west-2": 0.5, "eu-west-1": 2])
            .fallingBack(to: .latency(window: .microseconds(500)))
            .excluding("us-east-1")
            .when(.keyPrefix("a \"b\\: é"), use: .nearest("eu-west-1").restricted(to: "eu-west-1"))
            .when(.table("notes"), use: .readWriteSplit(reads: .latency.sticky(), writes: .primaryFirst))
        let text = """
            when(table:notes, read-write(sticky(latency), primary-first), when(key-prefix:"a \\"b\\\\: é", \
            residency(eu-west-1; nearest(eu-west-1)), excluding(us-east-1, \
            fallback(weighted(us-west-2=0.5, eu-west-1=2), latency(window=0.5ms)))))
            """
        #expect("\(policy)" == text)
        #expect("\(try Self.policy(text))" == text)
    }

    @Test func `R1 random nestings are read back as they are written`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let text = Self.nesting(&random, depth: 5)
            #expect("\(try Self.policy(text))" == text)
        }
    }

    @Test(arguments: [
        ("", 0, "expected a policy"),
        ("latncy", 0, "unknown policy; allowed is \"excluding\", "),
        ("sticky(latncy)", 7, "did you mean \"latency\"?"),
        ("sticky", 6, "expected \"(\"; the form is sticky(P)"),
        ("read-write(sticky, latency)", 17, "expected \"(\"; the form is sticky(P)"),
        ("sticky(", 7, "expected a policy; the form is sticky(P)"),
        ("sticky()", 7, "expected a policy"),
        ("sticky(latency", 14, "expected \")\""),
        ("sticky(latency, latency)", 14, "expected \")\"; the form is sticky(P)"),
        ("fallback(latency)", 16, "expected \",\"; the form is fallback(P, P)"),
        ("primary-first(latency)", 14, "expected \")\"; the form is primary-first"),
        ("latency latency", 8, "nothing may follow"),
        ("latency)", 7, "nothing may follow"),
        ("latency(widow=1ms)", 8, "unknown argument; allowed is window"),
        ("latency(window=1)", 15, "a duration is a number with a unit"),
        ("latency(window=2h)", 15, "at most 1h"),
        ("nearest()", 8, "expected a region; the form is nearest(region, …)"),
        ("nearest(us-wset-2)", 8, "unknown region; the regions are \"us-west-2\", \"us-east-1\""),
        ("nearest(us-wset-2)", 8, "did you mean \"us-west-2\"?"),
        ("residency(us-west-2, latency)", 21, "unknown region"),
        ("residency(us-west-2)", 19, "expected \";\""),
        ("weighted(us-west-2)", 18, "expected \"=\"; the form is weighted(region=number, …)"),
        ("weighted(us-west-2=many)", 19, "not a number"),
        ("weighted(us-west-2=nan)", 19, "finite"),
        ("weighted(us-west-2=0)", 19, "above 0"),
        ("weighted(us-west-2=1, us-west-2=1)", 32, "listed twice"),
        ("when(reed, latency, latency)", 5, "unknown predicate; allowed is read, write"),
        ("when(custom(x), latency, latency)", 5, "unknown predicate"),
        ("when(table, latency, latency)", 10, "expected \":\""),
        ("when(key-prefix:\"x, latency, latency)", 16, "no end"),
        ("when(key-prefix:\"x\\", 16, "no end"),
        ("latency\u{0}", 7, "nothing may follow"),
    ])
    func `a text that cannot be read names the place and what is expected`(
        _ text: String,
        _ offset: Int,
        _ message: String
    ) {
        let error = #expect(throws: PolicyTextError.self) { try Self.policy(text) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `an error shows the text with a caret under the place`() {
        let error = #expect(throws: PolicyTextError.self) { try Self.policy("sticky(\nlatncy)") }
        #expect(
            error?.description.hasSuffix("; did you mean \"latency\"?, at character 9:\n  sticky( latncy)\n          ^")
                == true,
            "\(error?.description ?? "")"
        )
    }

    @Test func `a text that is too deep or too long is refused, and one at the limit is read`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "sticky(", count: depth - 1) + "latency" + String(repeating: ")", count: depth - 1)
        }
        #expect("\(try Self.policy(nested(64)))" == nested(64))
        #expect(try Self.policy(nested(64)).choose(PolicySamples.request(home: 3)) == 3)
        #expect(throws: PolicyTextError.self) { try Self.policy(nested(65)) }
        let padding = String(repeating: " ", count: 4096 - "latency".count)
        #expect("\(try Self.policy("latency" + padding))" == "latency")
        let error = #expect(throws: PolicyTextError.self) { try Self.policy("latency " + padding) }
        #expect(error?.message.contains("4096") == true)
        #expect((error?.description.utf8.count ?? .max) < 300)
    }

    @Test func `random texts are read or refused`() {
        var random = SeededGenerator(seed: 3)
        let pieces = [
            "sticky", "when", "nearest", "(", ")", ",", ";", "=", ":", "\"", "\\", "us-west-2", "3", "é", " ",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...12, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            do throws(PolicyTextError) {
                let policy = try Self.policy(text)
                #expect("\(policy)" == "\((try? Self.policy("\(policy)")).map(String.init(describing:)) ?? "")")
            } catch {
                #expect((0...text.unicodeScalars.count).contains(error.offset))
            }
        }
    }

    @Test func `a policy of one's own takes its arguments like the others`() throws {
        var policies = PolicyRegistry.standard
        policies.register("middle", Nearest(["us-east-1"]))
        policies.register("first-of", usage: "first-of(region)") { arguments throws(PolicyTextError) in
            Nearest([try arguments.region()])
        }
        #expect("\(try policies.policy("sticky(middle)"))" == "sticky(nearest(us-east-1))")
        #expect("\(try policies.policy("sticky(first-of(x))"))" == "sticky(nearest(x))")
        #expect(throws: PolicyTextError.self) { try policies.policy("first-of(X!)") }
    }

    @Test func `a configuration's policy is checked against its regions`() throws {
        func configuration(_ policy: String) throws -> DeploymentConfiguration {
            let document = """
                {"table": {"name": "notes", "partitionKey": "id"}, "policy": "\(policy)",
                 "regions": [{"name": "us-west-2", "backend": "sqlite:a"}, {"name": "us-east-1", "backend": "sqlite:b"}]}
                """
            return try DeploymentConfiguration(json: Array(document.utf8), folder: "/", policies: .standard)
        }
        #expect("\(try configuration("sticky(nearest(us-east-1))").policy)" == "sticky(nearest(us-east-1))")
        let error = #expect(throws: ConfigurationError.self) { try configuration("nearest(us-eats-1)") }
        #expect(error?.field == "policy")
        #expect(error?.message.contains("did you mean \"us-east-1\"?, at character 9:") == true)
        #expect(error?.message.hasSuffix("\n  nearest(us-eats-1)\n          ^") == true)
        let environment = ["REGIONKIT_POLICY": "nearest(us-east-1)", "REGIONKIT_MULTI_REGION": "false"]
        let applied = try configuration("latency").applying(environment: environment, policies: .standard)
        #expect("\(applied.policy)" == "nearest(us-east-1)")
    }

    private static func nesting(_ random: inout SeededGenerator, depth: Int) -> String {
        func region() -> Region { PolicySamples.names.randomElement(using: &random) ?? "us-west-2" }
        func next() -> String { self.nesting(&random, depth: depth - 1) }
        switch Int.random(in: depth == 0 ? 0...3 : 0...9, using: &random) {
        case 0: return "primary-first"
        case 1: return "\(Latency(window: .nanoseconds(Int64.random(in: 0...90_000_000, using: &random))))"
        case 2: return "\(Nearest((0...2).map { _ in region() }))"
        case 3: return "weighted(us-west-2=\(Double.random(in: 0...1e-7, using: &random)), us-east-1=1e+20)"
        case 4: return "sticky(\(next()))"
        case 5: return "residency(\(region()), \(region()); \(next()))"
        case 6: return "excluding(\(region()), \(next()))"
        case 7: return "fallback(\(next()), \(next()))"
        case 8: return "read-write(\(next()), \(next()))"
        default:
            let predicates: [RoutingPredicate] = [.read, .write, .consistent, .table("n o"), .keyPrefix("\u{301}(\"")]
            return "when(\(predicates.randomElement(using: &random) ?? .read), \(next()), \(next()))"
        }
    }
}
