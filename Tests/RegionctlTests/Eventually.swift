/// Looks again and again until something holds.
///
/// - Returns: Whether it did within half a minute, which is long for a machine that does much else.
func eventually(_ holds: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < end {
        if try await holds() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}
