internal import Synchronization

/// Carries events to one observer through a bounded buffer that drops the oldest.
final class EventRelay: Sendable {
    private let observer: any RegionObserver
    private let stream: AsyncStream<RegionEvent>
    private let continuation: AsyncStream<RegionEvent>.Continuation
    private let lost = Atomic<Int>(0)

    init(_ observer: any RegionObserver, capacity: Int) {
        self.observer = observer
        (self.stream, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(capacity))
    }

    /// Hands an event over without waiting.
    func send(_ event: RegionEvent) {
        if case .dropped = self.continuation.yield(event) { self.lost.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Delivers events until the task is cancelled.
    func run() async {
        for await event in self.stream {
            let lost = self.lost.exchange(0, ordering: .relaxed)
            if lost > 0 { self.observer.report(RegionEvent(.eventsLost(lost), at: event.time)) }
            self.observer.report(event)
        }
    }

    func finish() {
        self.continuation.finish()
    }
}
