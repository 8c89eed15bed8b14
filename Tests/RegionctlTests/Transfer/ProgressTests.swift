import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ProgressTests {
    private let console = Console(isJSON: true, environment: ["TERM": "dumb"])

    @Test(arguments: [
        (0, nil, 1000, "copying  0 items  0/s"), (1_234_567, nil, 2000, "copying  1,234,567 items  617,284/s"),
        (500, 0.25, 10_000, "copying  25 %  500 items  50/s  30 s left"),
        (500, 1.0, 10_000, "copying  100 %  500 items  50/s  0 ms left"), (5, 0.0, 1000, "copying  0 %  5 items  5/s"),
        (5, 1.5, 1000, "copying  5 items  5/s"), (5, .nan, 1000, "copying  5 items  5/s"),
    ])
    func `a line has share, count, rate and the time left, as far as they are known`(
        _ count: Int,
        _ fraction: Double?,
        _ milliseconds: Int,
        _ expected: String
    ) {
        let progress = Progress("copying", self.console)
        #expect(progress.text(count, fraction, after: .milliseconds(milliseconds)) == expected)
    }

    @Test func `what was done before counts neither for the rate nor for the time left`() {
        var progress = Progress("copying", from: 1000, self.console)
        progress.update(1000, fraction: 0.5)
        #expect(
            progress.text(1100, 0.75, after: .seconds(10)) == "copying  75 %  1,100 items  10/s  10 s left"
        )
    }
}
