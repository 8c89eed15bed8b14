import Testing

@testable import BackendDynamo

/// The rules of <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>.
struct SharedFileTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var profiles: [String: [String: String]]

        init(_ name: String, _ text: String, _ profiles: [String: [String: String]]) {
            (self.testDescription, self.text, self.profiles) = (name, text, profiles)
        }
    }

    private func expect(_ profiles: [String: SharedSection], are expected: [String: [String: String]]) {
        let sections = expected.mapValues { values in
            var section = SharedSection()
            for (name, value) in values { section[name] = value }
            return section
        }
        #expect(profiles == sections)
    }

    @Test(arguments: [
        Case("an empty file", "", [:]),
        Case("an empty profile", "[profile foo]", ["foo": [:]]),
        Case("trimmed names", "[ profile \tfoo \t]", ["foo": [:]]),
        Case("a tab after the prefix", "[profile\tfoo]", ["foo": [:]]),
        Case("a setting", "[profile foo]\nname = value", ["foo": ["name": "value"]]),
        Case("lines of Windows", "[profile foo]\r\nname = value\r\n", ["foo": ["name": "value"]]),
        Case("equals signs in a value", "[profile foo]\nname = val=ue", ["foo": ["name": "val=ue"]]),
        Case("other scripts in a value", "[profile foo]\nname = 😂", ["foo": ["name": "😂"]]),
        Case("space around", "[profile foo]\nname \t=  \tvalue \t", ["foo": ["name": "value"]]),
        Case("an empty value", "[profile foo]\nname =", ["foo": ["name": ""]]),
        Case(
            "blank lines",
            "\t \n[profile foo]\n\t\n \nname = value\n\t \n[profile bar]\n \t",
            ["foo": ["name": "value"], "bar": [:]]
        ),
        Case(
            "comments",
            "# One\n; Two\n[profile foo] # Three\nname = value ; Four # Five",
            ["foo": ["name": "value"]]
        ),
        Case("comments beside brackets", "[profile foo]; One\n[profile bar]# Two", ["foo": [:], "bar": [:]]),
        Case(
            "no comment without a space",
            "[profile foo]\nname = value; One\nname2 = value# Two",
            ["foo": ["name": "value; One", "name2": "value# Two"]]
        ),
        Case(
            "continued lines",
            "[profile foo]\nname = value\n -one \n\t-two # three",
            ["foo": ["name": "value\n-one\n-two # three"]]
        ),
        Case(
            "sections of one name",
            "[profile foo]\nname = 1\n[profile foo]\nname = 2\nname2 = 3",
            ["foo": ["name": "2", "name2": "3"]]
        ),
        Case(
            "the prefixed default before the other",
            "[profile default]\na = 1\n[default]\nb = 2\n[profile default]\nc = 3",
            ["default": ["a": "1", "c": "3"]]
        ),
        Case("an odd profile name", "[profile in valid]\nname = value", [:]),
        Case("an odd setting name", "[profile foo]\nin valid = value", ["foo": [:]]),
        Case(
            "nested settings",
            "[profile foo]\ns3 =\n name = value\n\t \n name2 =\nregion = x",
            ["foo": ["s3": "", "region": "x"]]
        ),
        Case("no prefix", "[foo]\nname = value", [:]),
        Case("the prefix as part of a name", "[profilefoo]\nname = value\n[profile bar]", ["bar": [:]]),
        Case(
            "other sections",
            "[services s]\na = 1\n[default]\nb = 2\n[x y]\nc = 3",
            ["default": ["b": "2"]]
        ),
    ])
    func `config is read by the documented rules`(_ testCase: Case) throws {
        let file = try SharedFile(testCase.text, kind: .configuration, path: "config")
        self.expect(file.profiles, are: testCase.profiles)
        #expect(file.sessions.isEmpty)
    }

    @Test(arguments: [
        Case("a profile", "[foo]\nname = value", ["foo": ["name": "value"]]),
        Case("space within the brackets", "[   foo    ]\nname = value\n[profile bar]", ["foo": ["name": "value"]]),
        Case("an odd name", "[in valid 2]\nname2 = value2", [:]),
    ])
    func `credentials is read by the documented rules`(_ testCase: Case) throws {
        let file = try SharedFile(testCase.text, kind: .credentials, path: "credentials")
        self.expect(file.profiles, are: testCase.profiles)
    }

    @Test func `log-in sessions are kept apart from profiles`() throws {
        let text = "[sso-session foo]\na = 1\n[profile foo]\nb = 2\n[sso-session]\nc = 3"
        let file = try SharedFile(text, kind: .configuration, path: "config")
        self.expect(file.profiles, are: ["foo": ["b": "2"]])
        self.expect(file.sessions, are: ["foo": ["a": "1"]])
    }

    @Test(arguments: [
        ("[profile foo", 1), ("name = value-canary", 1), ("[default]\n= value-canary", 2),
        ("[default]\nkey-canary : v", 2),
        (" -continued-canary", 1), ("[default]\n -continued-canary", 2),
        ("[default]\nname = value\n[default]\n -continued-canary", 4), ("[default]\ns3 =\n invalid-canary", 3),
        ("[default]\ns3 =\n = value-canary", 3), ("[default] canary", 1),
    ])
    func `a line that is wrong is named by its number alone`(_ text: String, _ line: Int) {
        let error = #expect(throws: CredentialError.self) {
            try SharedFile(text, kind: .configuration, path: "/home/u/.aws/config")
        }
        #expect(error?.code == .invalid)
        #expect(error?.message.hasPrefix("/home/u/.aws/config, line \(line): ") == true)
        #expect(error?.description.contains("canary") == false)
    }
}
