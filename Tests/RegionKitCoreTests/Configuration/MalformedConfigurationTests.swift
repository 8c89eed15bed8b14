import Testing

@testable import RegionKitCore

/// Configurations that cannot work: what is wrong, where, and what would be right.
@Suite struct MalformedConfigurationTests {
    private static let table = "\"table\": {\"name\": \"notes\", \"partitionKey\": \"id\"}"
    private static let regions = "\"regions\": [{\"name\": \"a\", \"backend\": \"sqlite:a\"}]"

    private static func error(_ bytes: [UInt8]) -> ConfigurationError? {
        do throws(ConfigurationError) {
            _ = try DeploymentConfiguration(json: bytes, folder: "/etc/kit")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", "line 1, column 1", "ends too early"),
        (" \n", "line 2, column 1", "ends too early"),
        ("notes", "line 1, column 1", "a value is expected"),
        ("\u{FEFF}{}", "line 1, column 1", "a value is expected"),
        ("[]", "the document", "found a list; allowed is an object with table"),
        ("null", "the document", "found null; allowed is an object"),
        ("{\"table\": 1,}", "line 1, column 13", "a name in double quotes is expected"),
        ("{\"table\": 1 \"regions\": 2}", "line 1, column 13", "a comma or } is expected"),
        ("{} // none", "line 1, column 4", "goes on after its end"),
        ("{\n  'table': 1\n}", "line 2, column 3", "a name in double quotes is expected"),
        ("{\"table\": 1, \"table\": 2}", "line 1, column 21", "\"table\" is given twice"),
        ("{\"table\": 1e999}", "line 1, column 11", "too large"),
        ("{\"table\": \"a\nb\"}", "line 1, column 13", "control character"),
        (String(repeating: "[", count: 65), "line 1, column 65", "more than 64 levels"),
        ("{}", "table", "missing; needed is an object with name and partitionKey"),
    ])
    func `a document that is none names the place`(_ text: String, _ field: String, _ message: String) {
        let error = Self.error(Array(text.utf8))
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "accepted")")
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(Self.error(Array("{\"a".utf8) + [0xFF] + Array("\": 1}".utf8))?.message == "the text is not UTF-8")
    }

    @Test(arguments: [
        ("null", "table", "missing"),
        ("\"notes\"", "table", "found \"notes\"; allowed is an object with name, partitionKey"),
        ("{\"partitionKey\": \"id\"}", "table.name", "missing; needed is the table's name"),
        ("{\"name\": \"\", \"partitionKey\": \"id\"}", "table.name", "found \"\"; allowed is a text"),
        ("{\"name\": 7, \"partitionKey\": \"id\"}", "table.name", "found 7; allowed is a text"),
        ("{\"name\": \"a b\", \"partitionKey\": \"id\"}", "table", "3 to 255 characters from a-z"),
        (
            "{\"name\": \"notes\", \"partitionKey\": 1.5}", "table.partitionKey",
            "found 1.5; allowed is an attribute's name"
        ),
        ("{\"name\": \"notes\", \"partitionKey\": \"\"}", "table.partitionKey", "found \"\""),
        ("{\"name\": \"notes\", \"partitionKey\": {\"type\": \"N\"}}", "table.partitionKey.name", "missing"),
        (
            "{\"name\": \"notes\", \"partitionKey\": {\"name\": \"id\", \"type\": \"M\"}}", "table.partitionKey.type",
            "found \"M\"; allowed is \"S\", \"N\", \"B\""
        ),
        ("{\"name\": \"notes\", \"partitionKey\": \"id\", \"sortKey\": \"id\"}", "table", "id"),
        (
            "{\"name\": \"notes\", \"partitionKey\": \"id\", \"indexes\": {}}", "table.indexes",
            "found an object; allowed is a list"
        ),
        (
            "{\"name\": \"notes\", \"partitionKey\": \"id\", \"indexes\": [{\"partitionKey\": \"x\"}]}",
            "table.indexes[0].name", "missing"
        ),
        (
            "{\"name\": \"notes\", \"partitionKey\": \"id\", \"indexes\": [{\"name\": \"by-x\"}]}",
            "table.indexes[0].partitionKey", "missing"
        ),
        (
            """
            {"name": "notes", "partitionKey": "id",
             "indexes": [{"name": "by-x", "partitionKey": "x"}, {"name": "by-x", "partitionKey": "y"}]}
            """, "table", "by-x"
        ),
        (
            "{\"name\": \"notes\", \"partitionKey\": \"id\", \"ttl\": 3600}", "table.ttl",
            "found 3600; allowed is a text"
        ),
        (
            "{\"name\": \"notes\", \"partitionKey\": \"id\", \"sortkey\": \"at\"}", "table.sortkey",
            "did you mean sortKey?"
        ),
    ])
    func `a table that cannot work names the field`(_ table: String, _ field: String, _ message: String) {
        let error = Self.error(Array("{\"table\": \(table), \(Self.regions)}".utf8))
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "accepted")")
    }

    @Test(arguments: [
        ("[]", "regions", "allowed is at least one region"),
        ("{\"a\": \"sqlite:a\"}", "regions", "found an object; allowed is a list"),
        ("[\"a\"]", "regions[0]", "found \"a\"; allowed is an object with name, backend"),
        ("[{\"backend\": \"sqlite:a\"}]", "regions[0].name", "missing; needed is the region's name"),
        ("[{\"name\": \"a\"}]", "regions[0].backend", "missing; needed is a backend, for example \"sqlite:PATH\""),
        ("[{\"name\": \"a\", \"backend\": 5}]", "regions[0].backend", "found 5; allowed is a text"),
        ("[{\"name\": \"a\", \"backend\": \"sqlite:a\", \"zone\": 1}]", "regions[0].zone", "unknown field"),
        (
            "[{\"name\": \"a\", \"backend\": \"x:1\"}, {\"name\": \"a\", \"backend\": \"x:2\"}]", "regions[1].name",
            "listed twice"
        ),
    ])
    func `regions that cannot work name the field`(_ regions: String, _ field: String, _ message: String) {
        let error = Self.error(Array("{\(Self.table), \"regions\": \(regions)}".utf8))
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "accepted")")
    }

    @Test(arguments: [
        "../x", "..", "/etc/passwd", "file:x", "-a", "A", "a b", "a.b", "a_b", "a\\u0000b", "a\\nb", "ä", "", "a/../b",
        String(repeating: "a", count: 64), String(repeating: "x", count: 300),
    ])
    func `a hostile region's name is refused before it becomes part of a path`(_ name: String) {
        let regions = "\"regions\": [{\"name\": \"\(name)\", \"backend\": \"sqlite:a\"}]"
        let error = Self.error(Array("{\(Self.table), \(regions)}".utf8))
        #expect(error?.field == "regions[0].name")
        #expect(error?.message.contains("allowed is") == true)
        #expect((error?.description.utf8.count ?? .max) < 200)
    }

    @Test(arguments: [
        ("\"primary\": \"b\"", "primary", "found \"b\"; allowed is \"a\""),
        ("\"primary\": [\"a\"]", "primary", "found a list"),
        ("\"policy\": \"fastest\"", "policy", "allowed is"),
        ("\"deadline\": 5", "deadline", "found 5; allowed is a number with a unit"),
        ("\"deadline\": \"5\"", "deadline", "found \"5\"; allowed is a number with a unit"),
        ("\"deadline\": \"-5s\"", "deadline", "found \"-5s\""),
        ("\"deadline\": \"5 s\"", "deadline", "found \"5 s\""),
        ("\"deadline\": \"5d\"", "deadline", "found \"5d\""),
        ("\"deadline\": \"2h\"", "deadline", "at most 1 h"),
        ("\"deadline\": \"0s\"", "deadline", "above 0"),
        ("\"deadline\": \"\(String(repeating: "9", count: 400))s\"", "deadline", "found a text of 401 bytes"),
        ("\"attemptTimeout\": \"6s\"", "attemptTimeout", "at most the deadline"),
        ("\"health\": []", "health", "found a list; allowed is an object"),
        (
            "\"health\": {\"failoverThreshold\": 1.5}", "health.failoverThreshold",
            "found 1.5; allowed is a whole number"
        ),
        ("\"health\": {\"failoverThreshold\": 99999999999999999999}", "health.failoverThreshold", "a whole number"),
        ("\"health\": {\"recoveryThreshold\": -1}", "health.recoveryThreshold", "found -1"),
        ("\"health\": {\"faultRatio\": \"15%\"}", "health.faultRatio", "found \"15%\"; allowed is a number"),
        ("\"health\": {\"faultRatio\": 0}", "health.faultRatio", "above 0 and at most 1"),
        ("\"health\": {\"faultRatio\": 1.01}", "health.faultRatio", "found 1.01; allowed is above 0 and at most 1"),
        ("\"retry\": {\"backoff\": \"1s\"}", "retry.backoff", "known are baseBackoff"),
        ("\"retry\": {\"budget\": -1}", "retry.budget", "found -1; allowed is 0 to 1000000"),
        ("\"retry\": {\"baseBackoff\": \"0s\"}", "retry.baseBackoff", "above 0"),
        ("\"health\": {\"checkInterval\": \"0ms\"}", "health.checkInterval", "above 0"),
        (
            "\"health\": {\"failbackDelay\": true}", "health.failbackDelay",
            "found true; allowed is a number with a unit"
        ),
        ("\"metrics\": \"statsd\"", "metrics", "found \"statsd\"; allowed is \"none\", \"cloudwatch\", \"emf\""),
        ("\"deadlines\": \"5s\"", "deadlines", "did you mean deadline?"),
        ("\"\": 1", "", "unknown field"),
    ])
    func `behaviour that cannot work names the field`(_ member: String, _ field: String, _ message: String) {
        let error = Self.error(Array("{\(Self.table), \(Self.regions), \(member)}".utf8))
        #expect(error?.field == field)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "accepted")")
    }

    @Test func `a file of more than 16 MiB is refused`() {
        #expect(Self.error([UInt8](repeating: 0x20, count: 16 << 20 | 1))?.message.contains("16 MiB") == true)
    }
}
