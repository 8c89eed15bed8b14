internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// A program that is run once for what it prints.
struct ChildProcess {
    enum Outcome: Equatable {
        case exited(Int32, [UInt8])
        case notStarted
        case tooMuchOutput
        case timedOut
        case cancelled
    }

    private enum Event {
        case endOfOutput
        case tooMuchOutput
        case exit(Int32)
    }

    private final class Output: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    var path: String
    var arguments: [String]
    var environment: [String: String]

    static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }

    /// Runs it; kills it when it prints or lasts too long, or when the calling task is cancelled.
    func output(limit: Int, timeout: Duration, time: any TimeSource) async -> Outcome {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: self.path)
        process.arguments = self.arguments
        process.environment = self.environment
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = pipe
        let (events, source) = AsyncStream.makeStream(of: Event.self)
        let output = Output()
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            let count = output.bytes.withLock { bytes in
                bytes += data
                return bytes.count
            }
            guard data.isEmpty || count > limit else { return }
            handle.readabilityHandler = nil
            source.yield(data.isEmpty ? .endOfOutput : .tooMuchOutput)
        }
        process.terminationHandler = { source.yield(.exit($0.terminationStatus)) }
        defer {
            pipe.fileHandleForReading.readabilityHandler = nil
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        do { try process.run() } catch { return .notStarted }
        return await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await Self.outcome(events, output) }
            group.addTask {
                do {
                    try await time.sleep(for: timeout)
                    return .timedOut
                } catch {
                    return nil
                }
            }
            defer { group.cancelAll() }
            while let outcome = await group.next() {
                if let outcome { return Task.isCancelled ? .cancelled : outcome }
            }
            return .cancelled
        }
    }

    /// Waits for the end of both the output and the program; nil when cancelled before.
    private static func outcome(_ events: AsyncStream<Event>, _ output: Output) async -> Outcome? {
        var (status, isComplete): (Int32?, Bool) = (nil, false)
        for await event in events {
            switch event {
            case .tooMuchOutput: return .tooMuchOutput
            case .endOfOutput: isComplete = true
            case .exit(let code): status = code
            }
            if let status, isComplete { return .exited(status, output.bytes.withLock { $0 }) }
        }
        return nil
    }
}
