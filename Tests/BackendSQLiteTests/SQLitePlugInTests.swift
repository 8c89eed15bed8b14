import BackendSQLite
import Foundation
import RegionKitCore
import Testing

@Suite struct SQLitePlugInTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    private func open(_ urls: [String]) async throws -> BackendPlugIn.Deployment {
        let locations = zip(["us-west-2", "us-east-1"], urls).map { BackendPlugIn.Location($0, $1) }
        let context = BackendPlugIn.Context(folder: self.folder.path)
        return try await BackendRegistry([.sqlite]).open(locations, schema: TestFolder.schema, in: context)
    }

    @Test func `regions are opened where the configuration says, and folders are made`() async throws {
        let deployment = try await self.open(["sqlite:data/a.sqlite", "sqlite:\(self.folder.file("b.sqlite"))"])
        #expect(deployment.endpoints.map(\.region) == ["us-west-2", "us-east-1"])
        for endpoint in deployment.endpoints { await endpoint.backend.shutdown() }
        for name in ["data/a.sqlite", "b.sqlite"] {
            #expect(FileManager.default.fileExists(atPath: self.folder.file(name)))
        }
    }

    @Test func `a folder that cannot be made is named with the cause`() async throws {
        let error = await #expect(throws: BackendError.self) {
            _ = try await self.open(["sqlite:/proc/none/a.sqlite", "sqlite:b.sqlite"])
        }
        #expect(error?.failure == .rejected)
        #expect(error?.message == "/proc/none cannot be created: No such file or directory.")
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.path).isEmpty)
    }

    @Test(arguments: ["data/a.sqlite", "./data/../data/a.sqlite", "link/data/a.sqlite", "FOLDER/data/a.sqlite"])
    func `two regions with one file are refused before there is one`(_ path: String) async throws {
        let link = self.folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: self.folder.path)
        let second = "sqlite:" + path.replacing("FOLDER", with: self.folder.path)
        let error = await #expect(throws: ConfigurationError.self) {
            _ = try await self.open(["sqlite:data/a.sqlite", second])
        }
        #expect(error?.field == "regions[1].backend")
        #expect(error?.message.hasPrefix("us-east-1 and us-west-2 have the same file, ") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.path) == ["link"])
    }
}
