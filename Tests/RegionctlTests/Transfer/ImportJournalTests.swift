import Foundation
import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ImportJournalTests {
    private static func journal(of fixture: TransferFixture, _ name: String = "a.json") throws -> ImportJournal {
        try ImportJournal(ImportInput(fixture.path(name)), TransferFixture.schema, ["us-west-2"])
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return Failure(error).message
        }
    }

    @Test func `a journal comes back as it was written, readable by its owner alone`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write("x", to: "a.json")
        var journal = try Self.journal(of: fixture)
        journal.position = ImportPosition(
            file: 1,
            offset: 2,
            line: 3,
            itemsInFile: 4,
            items: 5,
            skipped: 6,
            lines: 7,
            bytes: 8
        )
        journal.badLines = [BadLine(file: "é\"", line: 1, offset: 2, reason: "why")]
        journal.note("b.json", promised: 1, found: 2)
        journal.note("b.json", promised: 1, found: 3)
        let path = fixture.path("journal")
        for _ in 0..<2 { try journal.write(to: path) }
        #expect(try Self.journal(of: fixture).earlier(at: path, isIgnored: false) == journal)
        #expect(journal.differences.map(\.found) == [3])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
        #expect(Set(names) == ["a.json", "journal", "data"])
    }

    @Test func `no journal is no error`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write("x", to: "a.json")
        #expect(try Self.journal(of: fixture).earlier(at: fixture.path("none"), isIgnored: false) == nil)
    }

    @Test func `a journal of another import is refused with what to do`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write("x", to: "a.json")
        let (path, earlier) = (fixture.path("journal"), try Self.journal(of: fixture))
        try earlier.write(to: path)
        let input = try ImportInput(fixture.path("a.json"))
        let others = [
            ImportJournal(input, TableSchema(name: "other", partitionKey: "id"), ["us-west-2"]),
            ImportJournal(input, TransferFixture.schema, ["us-west-2", "us-east-1"]),
        ]
        for other in others {
            let message = self.message { _ = try other.earlier(at: path, isIgnored: false) }
            #expect(message.contains("another table or other regions. Delete it, or pass --restart"))
        }
        for (text, file) in [("xy", "a.json"), ("x", "b.json")] {
            try fixture.write(text, to: file)
            let message = self.message { _ = try Self.journal(of: fixture, file).earlier(at: path, isIgnored: false) }
            #expect(message.contains("the input is not the one"))
        }
        for text in ["", "{}", "{\"format\":99}", "\u{0}"] {
            try fixture.write(text, to: "journal")
            let message = self.message { _ = try earlier.earlier(at: path, isIgnored: false) }
            #expect(message.contains("cannot be read as the journal"))
            // It may be anybody's.
            #expect(self.message { _ = try earlier.earlier(at: path, isIgnored: true) } == message)
        }
    }
}
