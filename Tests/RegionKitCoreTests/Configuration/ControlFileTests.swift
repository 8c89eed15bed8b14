import Foundation
import RegionKitCore
import Testing

@Suite struct ControlFileTests {
    private let folder: TemporaryFolder
    private let file: ControlFile

    init() throws {
        self.folder = try TemporaryFolder()
        self.file = ControlFile(beside: "\(self.folder.path)/regionkit.json")
    }

    @Test func `it stands beside the configuration`() {
        #expect(self.file.path == "\(self.folder.path)/regionkit-control.json")
        #expect(ControlFile(beside: "/etc/kit").path == "/etc/kit-control.json")
    }

    @Test func `what was decided is read back, and nothing leaves no file`() throws {
        #expect(try self.file.load() == ManualControl())
        let decided = ManualControl(evacuated: ["a", "b"], preferred: .init("c", endMilliseconds: 1_700_000_000_123))
        #expect(try self.file.change { $0 = decided } == decided)
        #expect(try self.file.load() == decided)
        try self.file.change { $0.preferred = .init("b") }
        #expect(try self.file.load() == ManualControl(evacuated: ["a", "b"], preferred: .init("b")))
        try self.file.change { $0 = ManualControl() }
        #expect(!FileManager.default.fileExists(atPath: self.file.path))
    }

    @Test func `of many changes at once none is lost`() async throws {
        let file = self.file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask { try file.change { $0.evacuated.insert(Region("r\(number)")) } }
            }
            try await group.waitForAll()
        }
        #expect(try file.load().evacuated.count == 50)
    }

    @Test(arguments: [
        ("{", "line 1, column 2"), ("[]", "the document"), ("{\"evacuated\": \"a\"}", "evacuated"),
        ("{\"evacuated\": [7]}", "evacuated[0]"), ("{\"evacuate\": []}", "evacuate"),
        ("{\"preferred\": {\"untilMs\": 1}}", "preferred.region"),
        ("{\"preferred\": {\"region\": \"a\", \"untilMs\": \"soon\"}}", "preferred.untilMs"),
        (String(repeating: " ", count: 70_000), "manual control"),
    ])
    func `a file that is none of ours is refused, named and left alone`(_ text: String, _ field: String) throws {
        _ = try self.folder.write(text, to: "regionkit-control.json")
        let error = #expect(throws: ConfigurationError.self) { try self.file.load() }
        #expect(error?.field == field)
        #expect(error?.file == self.file.path)
        #expect(throws: ConfigurationError.self) { try self.file.change { $0.evacuated = ["a"] } }
        #expect(try String(contentsOfFile: self.file.path, encoding: .utf8) == text)
    }

    @Test func `a symbolic link is not followed`() throws {
        let target = try self.folder.write("{}", to: "elsewhere.json")
        try FileManager.default.createSymbolicLink(atPath: self.file.path, withDestinationPath: target)
        #expect(throws: ConfigurationError.self) { try self.file.load() }
    }
}
