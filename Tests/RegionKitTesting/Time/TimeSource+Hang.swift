internal import RegionKitCore

extension TimeSource {
    /// Suspends until the task is cancelled.
    func hang() async {
        while !Task.isCancelled { try? await self.sleep(for: .seconds(24 * 3600)) }
    }
}
