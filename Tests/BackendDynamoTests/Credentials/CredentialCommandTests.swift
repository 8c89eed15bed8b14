import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct CredentialCommandTests {
    @Test(
        arguments: [
            ("", []), ("a", ["a"]), (" a  b\tc ", ["a", "b", "c"]), (#""a b" c"#, ["a b", "c"]), ("'a b'c", ["a bc"]),
            (#"a\ b"#, ["a b"]), (#""a\"b\\c\d""#, [#"a"b\c\d"#]), (#"'a\b'"#, [#"a\b"#]), ("''", [""]),
            (#"a "" b"#, ["a", "", "b"]),
            ("$HOME ~ * ; | `x`", ["$HOME", "~", "*", ";", "|", "`x`"]), ("'open", nil), (#""open"#, nil),
            (#"a\"#, nil),
            (#""it's""#, ["it's"]),
        ] as [(String, [String]?)]
    )
    func `a line is split as quotes say`(_ line: String, _ words: [String]?) {
        #expect(CommandWords.split(line) == words)
    }

    private static let document =
        #"{"Version":1,"AccessKeyId":"ASIAPROC","SecretAccessKey":"s-canary","SessionToken":"t-canary","Expiration":"2023-11-14T23:00:00Z"}"#

    private func command(_ line: String, time: any TimeSource = SystemTime()) -> CredentialCommand {
        CredentialCommand(
            line: line,
            profile: "p",
            step: "shared files",
            environment: CredentialEnvironment(["PATH": "/usr/bin:/bin"], time: time)
        )
    }

    private func error(_ command: CredentialCommand) async -> CredentialError? {
        do throws(CredentialError) {
            _ = try await command.credentials()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "echo '\(document)'", "/bin/echo '\(document)'", "sh -c 'echo >&2 canary; printf %s \"$0\"' '\(document)'",
    ])
    func `what a program prints is read`(_ line: String) async throws {
        let credentials = try await self.command(line).credentials()
        #expect(
            credentials
                == Credentials(
                    accessKeyID: "ASIAPROC",
                    secretAccessKey: Secret("s-canary"),
                    sessionToken: Secret("t-canary"),
                    expiration: 1_700_002_800_000
                )
        )
    }

    @Test(
        arguments: [
            ("echo canary", .invalid, "no JSON"),
            (#"echo '{"Version":2,"AccessKeyId":"canary"}'"#, .invalid, "Version"),
            (#"echo '{"Version":1,"AccessKeyId":"canary"}'"#, .invalid, "SecretAccessKey"),
            ("sh -c 'exit 3' canary", .refused, "status 3"), ("yes canary", .invalid, "64 KiB"),
            ("/nonexistent/canary", .invalid, "could not be started"),
            ("no-such-program canary", .invalid, "not there"),
            ("echo 'canary", .invalid, "quote"), ("", .invalid, "no program"),
        ] as [(String, CredentialError.Code, String)]
    )
    func `what is wrong with a program is said, without its arguments or output`(
        _ line: String,
        _ code: CredentialError.Code,
        _ part: String
    ) async {
        let error = await self.error(self.command(line))
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true, "\(String(describing: error))")
        #expect(error?.description.contains("canary") == false)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a program that lasts over a minute is killed, and its children with it`() async throws {
        let time = ManualTime()
        let file = FileManager.default.temporaryDirectory.appending(path: "regionkit-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let line = "sh -c 'trap \"\" TERM; sleep 1000 & echo $! > \(file).new; mv \(file).new \(file); wait'"
        async let error = self.error(self.command(line, time: time))
        while !FileManager.default.fileExists(atPath: file) {
            await time.waitForSleepers(1)
            time.advance(by: .milliseconds(1))
            await Task.yield()
        }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(60))
        let outcome = await error
        #expect(outcome?.code == .unreachable)
        #expect(outcome?.message.contains("within a minute") == true)
        let child = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first
        let id = try #require(child.flatMap { pid_t($0) })
        while Self.isRunning(id) { await Task.yield() }
    }

    /// Whether a process is there and no corpse.
    private static func isRunning(_ id: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return false }
        return !status.contains(") Z ") && !status.contains(") X ")
    }

    @Test func `a child that lives on holds nobody up`() async throws {
        let line = "sh -c 'sleep 20 & printf %s \"$0\"' '\(Self.document)'"
        let start = ContinuousClock.now
        _ = try await self.command(line).credentials()
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `a cancelled caller does not wait for a program`() async {
        let time = ManualTime()
        let task = Task { await self.error(self.command("sleep 1000", time: time)) }
        await time.waitForSleepers(1)
        task.cancel()
        #expect(await task.value?.code == .cancelled)
    }
}
