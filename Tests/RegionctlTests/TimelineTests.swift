import RegionKitCore
import Testing

@testable import regionctl

@Suite struct TimelineTests {
    private func timeline(_ events: [(Int64, RegionEvent.Kind)]) -> Timeline {
        let timeline = Timeline(Console(isJSON: true, environment: [:]), start: MonotonicInstant(nanoseconds: 0))
        for (time, kind) in events {
            timeline.report(RegionEvent(kind, at: MonotonicInstant(nanoseconds: time * 1_000_000)))
        }
        return timeline
    }

    private static let reads = RegionEvent.Kind.routeChanged(.read, from: "a", to: "b", reason: .unhealthy)
    private static let writes = RegionEvent.Kind.routeChanged(.write, from: "a", to: "b", reason: .unhealthy)

    private static let orders: [([(Int64, RegionEvent.Kind)], Int, Int)] = [
        ([(1, reads), (5, writes)], 1, 5), ([(1, writes), (5, reads)], 5, 1),
    ]

    @Test(arguments: orders) func `the same story is told whether reads or writes move first`(
        _ events: [(Int64, RegionEvent.Kind)],
        _ reads: Int,
        _ writes: Int
    ) {
        let timeline = self.timeline(events)
        #expect(
            "\(timeline.json)"
                == "[{\"ms\":5,\"event\":\"routeChanged\",\"region\":\"b\",\"from\":\"a\",\"reason\":\"unhealthy\","
                + "\"readsMs\":\(reads),\"writesMs\":\(writes)}]"
        )
        #expect(timeline.moved(to: "b") == MonotonicInstant(nanoseconds: 5_000_000))
    }

    @Test func `traffic has moved when both kinds have`() {
        #expect(self.timeline([(1, Self.reads)]).moved(to: "b") == nil)
    }

    @Test func `a second change is an event of its own`() {
        let back = RegionEvent.Kind.routeChanged(.read, from: "b", to: "a", reason: .failback)
        guard case .array(let entries) = self.timeline([(1, Self.reads), (2, back), (3, Self.reads)]).json else {
            return
        }
        #expect(entries.count == 3)
    }
}
