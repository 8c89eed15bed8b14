import RegionKitCore
import Testing

@testable import regionctl

@Suite struct BenchSettingsTests {
    private func settings(_ words: [String]) throws(Failure) -> BenchSettings {
        try BenchSettings(Arguments(words, for: .bench), deadline: .seconds(5))
    }

    @Test func `without options 16 workers read nine times in ten, for ten seconds`() throws {
        let settings = try self.settings([])
        #expect(settings.duration == .seconds(10))
        #expect(settings.rate == nil)
        #expect(settings.concurrency == 16)
        #expect(settings.reads == 0.9)
    }

    @Test(arguments: [
        ("1", nil, 16), ("50", nil, 250), ("100000", nil, 1024), ("50", "3", 3),
    ])
    func `a rate has as many workers as it may need`(_ rate: String, _ concurrency: String?, _ workers: Int) throws {
        let words = ["--rate", rate] + (concurrency.map { ["--concurrency", $0] } ?? [])
        #expect(try self.settings(words).concurrency == workers)
    }

    @Test(arguments: [
        (["--for", "10"], "--for: found \"10\"; allowed is a number with a unit (ms, s, m or h), 100ms to 24h."),
        (["--for", "25h"], "--for: found \"25h\"; allowed is a number with a unit (ms, s, m or h), 100ms to 24h."),
        (["--reads", "0.9"], "--reads: found \"0.9\"; allowed is 0% to 100%."),
        (["--reads", "101%"], "--reads: found \"101%\"; allowed is 0% to 100%."),
        (["--reads", "nan%"], "--reads: found \"nan%\"; allowed is 0% to 100%."),
        (["--rate", "0"], "--rate: found \"0\"; allowed is a whole number from 1 to 100000."),
        (["--concurrency", "1025"], "--concurrency: found \"1025\"; allowed is a whole number from 1 to 1024."),
    ])
    func `what cannot work is refused with what is allowed`(_ words: [String], _ message: String) {
        let failure = #expect(throws: Failure.self) { try self.settings(words) }
        #expect(failure?.message == message)
        #expect(failure?.exit == .usage)
    }
}
