internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

extension Command {
    static let fault = Command(
        "fault",
        "Makes a SQLite region, or the way between two, pretend to fail.",
        discussion: """
            MODE is outage (nothing gets through), read-only, slow or slow=500ms, throttled, ambiguous (writes are done \
            and answered with an unknown outcome), hang, or clear. STATE is lag=2s, jitter=500ms, both with a comma, \
            cut, or clear. Every process that has the region open obeys within 200 ms. A region's fault and its links \
            are set and cleared one by one; the databases are not opened.
            """,
        operands: ["R MODE", "--link A:B STATE"],
        options: [.link, .duration],
        examples: [
            "regionctl fault us-west-2 outage --for 30s", "regionctl fault --link us-west-2:us-east-1 lag=2s",
            "regionctl fault us-west-2 clear",
        ]
    ) { invocation in
        let arguments = invocation.arguments
        let configuration = try invocation.configuration()
        let duration = try arguments.duration(.duration)
        let end = duration.map { SystemTime().wallMilliseconds + Int64($0.milliseconds.rounded(.up)) }
        let change: (inout SQLiteEmulation) -> Void
        let source: Region
        let isClear: Bool
        if let link = arguments.value(.link) {
            let names = link.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard names.count == 2, names[0] != names[1] else {
                throw Failure.usage("--link: found \(link.shown); it is written A:B, with two different regions.")
            }
            source = try configuration.region(named: names[0], for: "--link")
            let target = try configuration.region(named: names[1], for: "--link")
            let condition = try Fault.link(arguments.operands[0])
            change = { $0.links[target] = condition.map { SQLiteEmulation.Timed($0, endMilliseconds: end) } }
            isClear = condition == nil
        } else {
            source = try configuration.region(named: arguments.operands[0], for: "R")
            let fault = try Fault.region(arguments.operands[1])
            change = { $0.fault = fault.map { SQLiteEmulation.Timed($0, endMilliseconds: end) } }
            isClear = fault == nil
        }
        guard !isClear || duration == nil else { throw Failure.usage("clear takes no --for: it ends a fault now.") }
        let emulation = try configuration.emulate(source, isClear: isClear, change)
        let report = FaultReport(region: source, emulation: emulation, wallMilliseconds: SystemTime().wallMilliseconds)
        if invocation.console.isJSON {
            invocation.console.output(report.json)
        } else {
            report.lines.forEach { invocation.console.output($0) }
            invocation.console.note("Processes that have \(source) open obey within 200 ms.")
        }
        return .done
    }
}

extension DeploymentConfiguration {
    /// Changes what a region's control file says.
    fileprivate func emulate(
        _ region: Region,
        isClear: Bool,
        _ change: (inout SQLiteEmulation) -> Void
    ) throws -> SQLiteEmulation {
        guard let location = self.regions.first(where: { $0.region == region }), location.scheme == "sqlite" else {
            throw Failure(.usage, .unsupported, "\(region) is no SQLite region; only those can pretend.")
        }
        let path = SQLiteStore.path(of: location, in: self.folder)
        let folder = URL(filePath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        // Of several commands at once none undoes the change of another. The folder is locked and not the file, which is
        // replaced; where that fails, writing the file tells why.
        let lock = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if lock >= 0 { close(lock) } }
        if lock >= 0 { flock(lock, LOCK_EX) }
        var emulation = SQLiteEmulation.none
        do throws(BackendError) {
            emulation = try SQLiteEmulation.load(for: path) ?? .none
        } catch {
            // What cannot be read is ignored by every process anyway, and this is how it goes away.
            guard isClear else { throw error }
        }
        change(&emulation)
        try emulation.save(for: path)
        return emulation
    }
}
