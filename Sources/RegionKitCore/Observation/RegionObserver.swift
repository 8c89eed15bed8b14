/// Receives what happens in a store: the plug-in point for metrics, logs and traces.
///
/// Events are delivered while the store's `run()` is running, one at a time and in order. An observer that is slower
/// than the events loses the oldest ones and is told how many (``RegionEvent/Kind/eventsLost(_:)``); the data path never
/// waits for it. Events carry no credentials and no item values.
public protocol RegionObserver: Sendable {
    /// Takes one event. Called from the task of `run()`, never at the same time for one observer.
    func report(_ event: RegionEvent)
}
