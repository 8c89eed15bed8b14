import Foundation
import Testing

@testable import regionctl

@Suite struct ImportInputTests {
    private func message(_ path: String) -> String {
        do throws(Failure) {
            _ = try ImportInput(path)
            return ""
        } catch {
            #expect(error.exit == .usage)
            return error.message
        }
    }

    private func manifest(_ keys: String...) -> String {
        keys.map { #"{"itemCount":2,"md5Checksum":"x","etag":"y","dataFileS3Key":"\#($0)"}"# + "\n" }.joined()
    }

    @Test func `a file is compressed by its name or by its first bytes`() async throws {
        let fixture = try await TransferFixture()
        for (name, text, expected) in [
            ("a.json", "{}", false), ("b.gz", "{}", true), ("c", "\u{1F}", false), ("d", "", false),
        ] {
            let input = try ImportInput(try fixture.write(text, to: name))
            #expect(input.files.map(\.isCompressed) == [expected])
            #expect(input.isResumable && !input.isFolder)
        }
        let path = fixture.path("e.json")
        try Data([0x1F, 0x8B, 0x08]).write(to: URL(filePath: path))
        #expect(try ImportInput(path).files.map(\.isCompressed) == [true])
    }

    @Test func `a folder without manifest is its files in the order of their names`() async throws {
        let fixture = try await TransferFixture()
        for name in ["b.json", "a.json.gz", "B.json", "notes.txt", "a.json"] { try fixture.write("", to: "in/\(name)") }
        let input = try ImportInput(fixture.path("in"))
        #expect(input.files.map(\.name) == ["B.json", "a.json", "a.json.gz", "b.json"])
        #expect(input.isFolder)
    }

    @Test func `a manifest's files are found in data, in the folder, and by their keys from a folder above`()
        async throws
    {
        let fixture = try await TransferFixture()
        let folder = "bucket/pre/AWSDynamoDB/01-a"
        try fixture.write(
            self.manifest(
                "pre/AWSDynamoDB/01-a/data/one.json.gz",
                "pre/AWSDynamoDB/01-a/data/two.json",
                "pre/AWSDynamoDB/data/three.json"
            ),
            to: "\(folder)/manifest-files.json"
        )
        try fixture.write(
            #"{"version":"2020-06-30","outputFormat":"DYNAMODB_JSON","itemCount":6}"#,
            to: "\(folder)/manifest-summary.json"
        )
        let places = ["\(folder)/data/one.json.gz", "\(folder)/two.json", "bucket/pre/AWSDynamoDB/data/three.json"]
        for place in places { try fixture.write("", to: place) }
        let input = try ImportInput(fixture.path(folder))
        #expect(input.files.map(\.path) == places.map { fixture.path($0) })
        #expect(input.files.map(\.items) == [2, 2, 2])
        #expect(input.files.map(\.name) == ["one.json.gz", "two.json", "three.json"])
    }

    @Test func `what cannot be imported is named`() async throws {
        let fixture = try await TransferFixture()
        #expect(self.message(fixture.path("none.json")).contains("none.json cannot be read: No such file"))
        try FileManager.default.createDirectory(atPath: fixture.path("empty"), withIntermediateDirectories: false)
        #expect(self.message(fixture.path("empty")).contains("has no files *.json or *.json.gz"))
        let cases = [
            (self.manifest("x/data/one.json.gz"), "{}", "the data file \"x/data/one.json.gz\" of "),
            (self.manifest("../../etc/passwd"), "{}", "is missing; nothing was imported"),
            ("", "{}", "names no data files"), ("{", "{}", "manifest-files.json, line 1 is no manifest"),
            (#"{"itemCount":1}"#, "{}", "dataFileS3Key or itemCount is missing"),
            (self.manifest("a"), #"{"exportType":"INCREMENTAL_EXPORT"}"#, "belongs to an incremental export"),
            (self.manifest("a"), #"{"outputFormat":"ION"}"#, "an export in format \"ION\""),
            (self.manifest("a"), "[]", "manifest-summary.json is no manifest"),
        ]
        for (files, summary, expected) in cases {
            try fixture.write(files, to: "in/manifest-files.json")
            try fixture.write(summary, to: "in/manifest-summary.json")
            #expect(self.message(fixture.path("in")).contains(expected))
        }
    }

    @Test func `the identity changes with names, sizes and times`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write("x", to: "in/a.json")
        let path = fixture.path("in")
        var identities = [try ImportInput(path).identity]
        #expect(try ImportInput(path).identity == identities[0])
        try fixture.write("", to: "in/b.json")
        identities.append(try ImportInput(path).identity)
        try fixture.write("y", to: "in/b.json")
        identities.append(try ImportInput(path).identity)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)],
            ofItemAtPath: fixture.path("in/a.json")
        )
        identities.append(try ImportInput(path).identity)
        #expect(Set(identities).count == 4)
    }
}
