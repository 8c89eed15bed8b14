internal import RegionKitCore
internal import Synchronization

/// A load on a configured table: reads and writes of its own items, counted and timed, removed at the end.
///
/// At a rate operations begin when they are due, whether or not others have ended, and their latency counts from then: a
/// store that stands still does not hide what callers would have waited. What cannot begin before the end is counted.
/// Without a rate each worker begins its next operation when its last has ended.
final class Bench: Sendable {
    /// How long writes may take to arrive everywhere at the end, and removing the items.
    private static let patience = Duration.seconds(30)
    /// The same after Ctrl-C.
    private static let shortPatience = Duration.seconds(5)
    /// How long a batch that could not be removed is left alone.
    private static let retryInterval = Duration.milliseconds(200)

    let timeline: Timeline
    private let settings: BenchSettings
    private let console: Console
    private let time = SystemTime()
    private let tally: Mutex<BenchTally>
    private let turns = Atomic(0)
    private let isStopped = Atomic(false)
    private let load = Mutex<Task<Void, Never>?>(nil)

    init(_ settings: BenchSettings, deadline: Duration, _ console: Console) {
        self.settings = settings
        self.console = console
        self.timeline = Timeline(console, start: self.time.now)
        self.tally = Mutex(BenchTally(span: settings.duration + deadline))
    }

    /// Ends the load early; verification and clean-up follow all the same.
    func stop() {
        self.isStopped.store(true, ordering: .relaxed)
        self.load.withLock { $0?.cancel() }
    }

    func run(_ table: OpenTable) async -> BenchReport {
        let end = self.settings.duration.milliseconds / 1000 + 3600
        let items = BenchItems(table.store.schema, expiry: self.time.wallMilliseconds / 1000 + Int64(end))
        let start = self.time.now
        self.timeline.restart(at: start)
        let load = Task { await self.run(table.store, items, start) }
        self.load.withLock { $0 = load }
        if self.isStopped.load(ordering: .relaxed) { load.cancel() }
        await load.value
        self.tally.withLock { $0.close() }
        self.timeline.print(at: self.time.now, isEnd: true)
        self.console.progress("waiting until every region has the writes")
        let lost = await self.lostWrites(table, items)
        self.console.progress("removing the items")
        let left = await self.remove(items, table)
        self.console.progress(nil)
        return BenchReport(
            settings: self.settings,
            regions: table.store.regions,
            tally: self.tally.withLock { $0 },
            missed: self.missed,
            acknowledged: items.promised.count,
            lost: lost,
            left: left,
            prefix: items.prefix,
            isInterrupted: self.isStopped.load(ordering: .relaxed),
            events: self.timeline.json
        )
    }

    private var patience: Duration {
        self.isStopped.load(ordering: .relaxed) ? Self.shortPatience : Self.patience
    }
}

// MARK: - The load

extension Bench {
    private func run(_ store: MultiRegionStore, _ items: BenchItems, _ start: MonotonicInstant) async {
        let end = start.advanced(by: self.settings.duration)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.report(store, until: end) }
            for _ in 0..<self.settings.concurrency {
                group.addTask {
                    while let due = await self.turn(from: start, until: end) {
                        await self.operate(store, items, start, due)
                    }
                }
            }
        }
    }

    /// Waits for the next operation's turn; nil when there is none.
    private func turn(from start: MonotonicInstant, until end: MonotonicInstant) async -> MonotonicInstant? {
        guard self.time.now < end, !Task.isCancelled else { return nil }
        var due = self.time.now
        if let rate = self.settings.rate {
            let turn = self.turns.add(1, ordering: .relaxed).oldValue
            due = start.advanced(byNanoseconds: Int64(Double(turn) * 1_000_000_000 / Double(rate)))
            guard due < end else { return nil }
        }
        if due > self.time.now { return (try? await self.time.sleep(until: due)).map { due } }
        // Reads of a local region suspend nobody; health checks must have their turn too.
        await Task.yield()
        return due
    }

    /// How many operations were due and could not begin before the end, because too many were under way.
    private var missed: Int {
        guard let rate = self.settings.rate, !self.isStopped.load(ordering: .relaxed) else { return 0 }
        let planned = Int((self.settings.duration.milliseconds / 1000 * Double(rate)).rounded(.up))
        return max(0, planned - self.turns.load(ordering: .relaxed))
    }

    private func operate(
        _ store: MultiRegionStore,
        _ items: BenchItems,
        _ start: MonotonicInstant,
        _ due: MonotonicInstant
    ) async {
        let isRead = Double.random(in: 0..<1) < self.settings.reads
        do throws(RegionError) {
            let (region, failures) = isRead ? try await Self.read(store, items) : try await Self.write(store, items)
            let now = self.time.now
            self.tally.withLock {
                $0.succeeded(
                    isRead ? .read : .write,
                    in: region,
                    hasMovedOn: failures.contains { $0.region != region },
                    latency: due.duration(to: now),
                    at: start.duration(to: now)
                )
            }
        } catch {
            // What Ctrl-C ended has not failed.
            if Task.isCancelled { return }
            let now = self.time.now
            self.tally.withLock { $0.failed(error.code, at: start.duration(to: now)) }
        }
    }

    private static func read(
        _ store: MultiRegionStore,
        _ items: BenchItems
    ) async throws(RegionError) -> (Region, [Attempt]) {
        let answer = try await store.get(items.anyKey())
        return (answer.region, answer.failures)
    }

    private static func write(
        _ store: MultiRegionStore,
        _ items: BenchItems
    ) async throws(RegionError) -> (Region, [Attempt]) {
        let (index, number, item) = items.take()
        do throws(RegionError) {
            let answer = try await store.put(item)
            items.ended(index, number, isAcknowledged: true)
            return (answer.region, answer.failures)
        } catch {
            items.ended(index, number, isAcknowledged: false)
            throw error
        }
    }

    /// Prints what happens, and a line that moves, until it is over.
    private func report(_ store: MultiRegionStore, until end: MonotonicInstant) async {
        var line = ""
        var due = self.time.now.advanced(by: .seconds(1))
        while self.time.now < end {
            let now = self.time.now
            self.timeline.print(at: now)
            if now >= due {
                due = due.advanced(by: .seconds(1))
                let (operations, errors, p99) = self.tally.withLock { $0.takeWindow() }
                let total = self.tally.withLock { $0.failed }
                line =
                    "\(operations.grouped)/s  p99 \(p99?.brief ?? "–")  "
                    + self.console.styled("\(total.grouped) errors", errors > 0 ? .red : nil)
                    + "  reads \(store.activeRegion(for: .read)?.name ?? "–")"
                    + "  writes \(store.activeRegion(for: .write)?.name ?? "–")"
            }
            self.console.progress("\(now.duration(to: end).brief.aligned(to: 7)) left  \(line)")
            guard (try? await self.time.sleep(for: .milliseconds(100))) != nil else { break }
        }
        self.console.progress(nil)
    }
}

// MARK: - The end

extension Bench {
    /// How many items hold less than what was acknowledged, in the region that reads; nil while nobody can tell.
    private func lostWrites(_ table: OpenTable, _ items: BenchItems) async -> Int? {
        if let replicator = table.deployment.replicator {
            let lacking = try? await replicator.waitForArrival(of: table.store.regions, within: self.patience)
            guard lacking == [] else { return nil }
        }
        var lost = 0
        var rest = items.promised[...]
        while !rest.isEmpty {
            let part = rest.prefix(100)
            guard let found = try? await table.store.batchGet(part.map(\.key), consistency: .consistent) else {
                return nil
            }
            lost += zip(part, found.value).count { !BenchItems.holds($1.item, $0.number) }
            rest = rest.dropFirst(part.count)
        }
        return lost
    }

    /// Removes the items, everywhere if all goes well.
    ///
    /// - Returns: How many could not be removed in time.
    private func remove(_ items: BenchItems, _ table: OpenTable) async -> Int {
        let end = self.time.now.advanced(by: self.patience)
        var rest = items.keys[...]
        while !rest.isEmpty, self.time.now < end {
            let part = rest.prefix(25)
            do {
                try await table.store.batchWrite(part.map { .delete($0) })
                rest = rest.dropFirst(part.count)
            } catch {
                try? await self.time.sleep(for: Self.retryInterval)
            }
        }
        let left = max(.zero, self.time.now.duration(to: end))
        _ = try? await table.deployment.replicator?.waitForArrival(of: table.store.regions, within: left)
        return rest.count
    }
}
