import RegionKitCore
import Testing

@testable import regionctl

@Suite struct BenchTallyTests {
    @Test func `operations fall into the second they end in, with the region that answered`() {
        var tally = BenchTally(span: .seconds(12))
        #expect(tally.width == .seconds(1))
        tally.succeeded(.read, in: "a", hasMovedOn: false, latency: .milliseconds(1), at: .milliseconds(100))
        tally.succeeded(.write, in: "a", hasMovedOn: false, latency: .milliseconds(2), at: .milliseconds(999))
        tally.succeeded(.read, in: "b", hasMovedOn: true, latency: .milliseconds(9), at: .milliseconds(2500))
        tally.failed(.unavailable, at: .milliseconds(2600))
        tally.close()
        #expect(tally.operations == 4)
        #expect(tally.failed == 1)
        #expect(tally.movedOn == 1)
        #expect(tally.errors == ["unavailable": 1])
        #expect(tally.counts == [.read: ["a": 1, "b": 1], .write: ["a": 1]])
        #expect(tally.buckets.map(\.errors) == [0, 0, 1])
        #expect(tally.buckets.map(\.counts) == [[.read: ["a": 1], .write: ["a": 1]], [:], [.read: ["b": 1]]])
        #expect(tally.buckets.map(\.p99) == [.milliseconds(2), nil, .milliseconds(9)])
    }

    @Test(arguments: [(0.1, 1), (600, 1), (600.1, 2), (3600, 6), (86400, 144)])
    func `a long bench has wider buckets, never more than 600`(_ seconds: Double, _ width: Int) {
        var tally = BenchTally(span: .seconds(seconds))
        #expect(tally.width == .seconds(width))
        for second in [0, seconds / 2, seconds, seconds * 3] {
            tally.succeeded(.read, in: "a", hasMovedOn: false, latency: .zero, at: .seconds(second))
        }
        #expect(tally.buckets.count <= 600)
        #expect(tally.buckets.reduce(0) { $0 + ($1.counts[.read]?["a"] ?? 0) } == 4)
    }

    @Test func `an operation that ends out of order is counted in the bucket that is open`() {
        var tally = BenchTally(span: .seconds(10))
        tally.succeeded(.read, in: "a", hasMovedOn: false, latency: .milliseconds(5), at: .seconds(2))
        tally.succeeded(.read, in: "a", hasMovedOn: false, latency: .milliseconds(7), at: .milliseconds(1999))
        #expect(tally.buckets.last?.counts == [.read: ["a": 2]])
    }

    @Test func `what is shown live is what was counted since the last look`() {
        var tally = BenchTally(span: .seconds(10))
        tally.succeeded(.read, in: "a", hasMovedOn: false, latency: .milliseconds(3), at: .seconds(1))
        tally.failed(.throttled, at: .seconds(1))
        #expect(tally.takeWindow() == (2, 1, .milliseconds(3)))
        #expect(tally.takeWindow() == (0, 0, nil))
    }
}
