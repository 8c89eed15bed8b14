import RegionKitCore
import Synchronization

/// Keeps every event it is told.
final class EventCollector: RegionObserver {
    private let collected = Mutex<[RegionEvent]>([])

    var events: [RegionEvent] { self.collected.withLock { $0 } }

    func report(_ event: RegionEvent) { self.collected.withLock { $0.append(event) } }
}
