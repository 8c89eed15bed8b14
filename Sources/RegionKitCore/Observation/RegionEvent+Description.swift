extension RegionEvent: CustomStringConvertible {
    /// What happened, on one line for a log: `writes go to us-east-1 instead of us-west-2 (unhealthy)`.
    public var description: String {
        switch self.kind {
        case .statusChanged(let region, let kind, let before, let now):
            "\(region) is \(now.rawValue) for \(kind.rawValue)s, was \(before.rawValue)"
        case .routeChanged(let kind, let before, let now, let reason):
            "\(kind.rawValue)s go to \(now) instead of \(before) (\(reason.rawValue))"
        case .attemptEnded(let region, let operation, let failure, let duration):
            "\(operation) in \(region): \(failure?.rawValue ?? "ok") after \(duration.milliseconds) ms"
        case .probeEnded(let region, let failure, let duration):
            "check of \(region): \(failure?.rawValue ?? "ok") after \(duration.milliseconds) ms"
        case .healthSampled(let health):
            "\(health.region) is \(health.reads.rawValue) for reads, \(health.writes.rawValue) for writes"
        case .failedOver(let kind, let before, let now, let failure):
            "a \(kind.rawValue) moved from \(before) to \(now) (\(failure.rawValue))"
        case .evacuated(let region): "\(region) is evacuated"
        case .preferred(let region): "\(region) is preferred"
        case .restored(let region): "\(region) is restored"
        case .monitorStalled(let duration): "health checks did not run for \(duration.milliseconds) ms"
        case .eventsLost(let count): "\(count) events were lost before this one"
        case .service(let text): text
        }
    }
}
