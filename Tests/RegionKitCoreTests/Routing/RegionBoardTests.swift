import Testing

@testable import RegionKitCore

@Suite struct RegionBoardTests {
    /// A board and a clock, with operations routed primary first.
    private struct Bench {
        var board: RegionBoard
        var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        let count: Int

        init(_ count: Int = 3, seed: UInt64 = 1, _ change: (inout StoreConfiguration) -> Void = { _ in }) {
            var configuration = StoreConfiguration()
            change(&configuration)
            self.count = count
            self.board = RegionBoard(
                regions: (0..<count).map { Region("region-\($0)") },
                configuration: configuration,
                seed: seed
            )
        }

        mutating func wait(_ seconds: Double) { self.now = self.now.advanced(by: .seconds(seconds)) }

        mutating func view(_ kind: OperationKind, place: Double? = nil) -> RoutingView {
            self.board.view(kind, place: place, allowed: RegionSet(first: self.count), at: self.now)
        }

        /// Routes one operation as the engine does, and lets it end as `failure` says for its region.
        @discardableResult
        mutating func operate(_ kind: OperationKind, _ failure: (Int) -> FailureClass? = { _ in nil }) -> Int? {
            let view = self.view(kind)
            let position: Int
            if kind == .write, let active = view.active, view.fit.union(view.held).contains(active) {
                position = active
            } else if let choice = view.fit.first ?? view.held.first {
                position = self.board.settle(kind, at: choice)
            } else if let panic = self.board.panicRegion(.read, kind, among: view.rest) {
                position = panic
            } else {
                return nil
            }
            let chosen = kind == .read ? view.fit.first ?? view.held.first ?? position : position
            guard let ticket = self.board.attemptBegan(kind, at: chosen, self.now) else { return nil }
            self.board.attemptEnded(ticket, failure(chosen), latencyNanoseconds: 1_000_000, at: self.now)
            self.board.slotFreed(at: chosen)
            return chosen
        }

        mutating func fail(_ position: Int, _ kind: OperationKind = .read, _ failure: FailureClass = .notSent) {
            for _ in 0..<3 {
                guard let ticket = self.board.attemptBegan(kind, at: position, self.now) else { return }
                self.board.attemptEnded(ticket, failure, latencyNanoseconds: 1, at: self.now)
                self.board.slotFreed(at: position)
            }
        }

        /// A region that was given up answers three probes.
        mutating func recover(_ position: Int) {
            for _ in 0..<3 {
                self.wait(1)
                self.probe(position, .success(ProbeReport(writable: true)))
            }
        }

        mutating func probe(_ position: Int, _ result: Result<ProbeReport, BackendError>) {
            let ticket = self.board.probeBegan(position, at: self.now)
            self.board.probeEnded(ticket, result, latencyNanoseconds: 1_000_000, at: self.now)
        }

        func status(_ position: Int) -> (reads: RegionStatus, writes: RegionStatus) {
            (self.board.snapshot.regions[position].reads, self.board.snapshot.regions[position].writes)
        }
    }

    @Test(arguments: [
        (FailureClass.notSent, RegionStatus.unhealthy, RegionStatus.unhealthy),
        (.unknownOutcome, .unhealthy, .unhealthy),
        (.unavailable, .unhealthy, .unknown),
        (.throttled, .unknown, .unknown),
        (.rejected, .healthy, .unknown),
    ])
    func `H1 connection faults of reads count for writes too, others for their own kind alone`(
        _ failure: FailureClass,
        _ reads: RegionStatus,
        _ writes: RegionStatus
    ) {
        var bench = Bench()
        bench.fail(0, .read, failure)
        #expect(bench.status(0) == (reads, writes))
    }

    @Test func `H1 a read-only region goes on serving reads`() {
        var bench = Bench()
        bench.operate(.read)
        bench.fail(0, .write, .readOnly)
        #expect(bench.status(0) == (.healthy, .unhealthy))
        #expect(bench.board.snapshot.regions[0].status == .unhealthy, "the worse is shown")
        #expect(bench.operate(.read) == 0)
        #expect(bench.operate(.write) == 1)
    }

    @Test func `H2 cancelled attempts leave health alone`() {
        var bench = Bench()
        for _ in 0..<10 {
            guard let ticket = bench.board.attemptBegan(.read, at: 0, bench.now) else { return }
            bench.board.attemptEnded(
                ticket,
                .unknownOutcome,
                isNeutral: true,
                latencyNanoseconds: 1,
                at: bench.now
            )
            bench.board.slotFreed(at: 0)
        }
        #expect(bench.status(0) == (.unknown, .unknown))
        #expect(bench.board.snapshot.regions[0].inFlight == 0)
    }

    @Test func `H5 late outcomes from before a region recovered change nothing`() throws {
        var bench = Bench()
        let begun = bench.board.attemptBegan(.read, at: 0, bench.now)
        let late = try #require(begun)
        bench.fail(0)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(0, .success(ProbeReport(writable: true))) }
        #expect(bench.status(0) == (.healthy, .healthy))
        bench.board.attemptEnded(late, .unknownOutcome, latencyNanoseconds: 1, at: bench.now)
        #expect(bench.status(0) == (.healthy, .healthy))
    }

    @Test func `H5 a late fault of an older generation does not delay the return of traffic`() throws {
        var bench = Bench()
        let begun = bench.board.attemptBegan(.read, at: 0, bench.now)
        let late = try #require(begun)
        bench.fail(0)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(0, .success(ProbeReport(writable: true))) }
        bench.wait(30.1)
        #expect(bench.view(.read, place: 0.05).fit.contains(0))
        bench.board.attemptEnded(late, .unknownOutcome, latencyNanoseconds: 1, at: bench.now)
        #expect(bench.view(.read, place: 0.05).fit.contains(0))
    }

    @Test func `H8 H9 a region that was evacuated while its traffic returned gets it back in steps`() {
        var bench = Bench()
        bench.fail(0)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(0, .success(ProbeReport(writable: true))) }
        bench.wait(30.1)
        #expect(bench.view(.read, place: 0.05).fit.contains(0))
        bench.board.evacuate(0)
        bench.wait(600)
        bench.board.restore(0, at: bench.now)
        #expect(bench.view(.read, place: 0.05).fit.contains(0))
        #expect(bench.view(.read, place: 0.15).held.contains(0))
    }

    @Test func `F5 H11 what happens to other regions does not move the active one`() {
        var bench = Bench()
        #expect(bench.board.settle(.write, at: 1) == 1)
        bench.fail(2)
        #expect(bench.view(.write).active == 1)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(2, .success(ProbeReport(writable: true))) }
        #expect(bench.view(.write).active == 1)
    }

    @Test func `H9 writes go to a preferred region as soon as it is healthy`() {
        var bench = Bench()
        bench.fail(2)
        bench.board.prefer(2, until: nil)
        #expect(bench.operate(.write) == 0)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(2, .success(ProbeReport(writable: true))) }
        let view = bench.view(.write)
        #expect(view.active == nil)
        #expect(view.preferred == 2)
        #expect(view.fit.contains(2))
    }

    @Test func `F5 a region that fell or was fenced since it was chosen does not become active`() {
        var bench = Bench()
        bench.fail(0)
        #expect(bench.board.settle(.write, at: 0) == 0)
        #expect(bench.board.activeRegion(for: .write) == nil)
        bench.board.evacuate(1)
        #expect(bench.board.settle(.write, at: 1) == 1)
        #expect(bench.board.settle(.write, at: 2) == 2)
        #expect(bench.view(.write).active == 2)
    }

    @Test func `H8 writes return at one moment, not in shares`() {
        var bench = Bench()
        bench.fail(0)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(0, .success(ProbeReport(writable: true))) }
        bench.wait(30.1)
        let view = bench.view(.write, place: 0)
        #expect(view.held.contains(0), "reads of this place are back already")
        #expect(bench.view(.read, place: 0).fit.contains(0))
    }

    @Test func `H2 a probe that is refused shows that reads work and says nothing of writes`() {
        var bench = Bench()
        bench.probe(0, .failure(BackendError(.rejected, .accessDenied, "")))
        #expect(bench.status(0) == (.healthy, .unknown))
    }

    @Test func `H4 H2 a cancelled probe gives the trial back and changes no health`() {
        var bench = Bench()
        bench.fail(0)
        bench.wait(6.1)
        let ticket = bench.board.probeBegan(0, at: bench.now)
        #expect(!bench.view(.read).fit.contains(0), "the probe has the trial")
        let error = BackendError(.unknownOutcome, .cancelled, "")
        bench.board.probeEnded(ticket, .failure(error), isCancelled: true, latencyNanoseconds: 1, at: bench.now)
        #expect(bench.view(.read).trials == [0])
    }

    @Test func `H9 traffic stays with a preferred region when its time ends, and leaves in steps`() {
        var bench = Bench()
        bench.board.prefer(1, until: bench.now.advanced(by: .seconds(60)))
        bench.wait(61)
        let view = bench.view(.read, place: 0.9)
        #expect(view.fit == [1])
        #expect(view.held == [0, 2])
    }

    @Test func `F5 of regions that all failed the active one is tried for a conditional write`() {
        var bench = Bench()
        #expect(bench.board.settle(.write, at: 2) == 2)
        for position in 0..<3 {
            bench.fail(position)
            bench.wait(0.1)
        }
        #expect(bench.board.panicRegion(.conditionalWrite, .write, among: [0, 1, 2]) == 2)
        #expect(bench.board.panicRegion(.unconditionalWrite, .write, among: [0, 1, 2]) == 0)
    }

    @Test func `H8 one good probe does not bring traffic back; steps do`() {
        var bench = Bench(seed: 7)
        bench.operate(.write)
        bench.fail(0)
        #expect(bench.operate(.read) == 1)
        #expect(bench.operate(.write) == 1)
        bench.wait(6.1)
        for _ in 0..<3 {
            bench.probe(0, .success(ProbeReport(writable: true)))
            bench.wait(1)
        }
        #expect(bench.status(0) == (.healthy, .healthy))
        func share(_ bench: inout Bench) -> Double {
            bench.board.advanceFailback(at: bench.now)
            return Double((0..<2000).filter { _ in bench.operate(.read) == 0 }.count) / 2000
        }
        #expect(share(&bench) == 0)
        bench.wait(29.1)
        #expect(abs(share(&bench) - 0.1) < 0.03)
        bench.wait(12)
        #expect(abs(share(&bench) - 0.5) < 0.05)
        bench.wait(12)
        #expect(share(&bench) == 1)
        #expect(bench.operate(.write) == 0)
    }

    @Test func `H8 an affinity key returns as one`() {
        var bench = Bench()
        bench.fail(0)
        bench.wait(6.1)
        for _ in 0..<3 { bench.probe(0, .success(ProbeReport(writable: true))) }
        bench.wait(30.1)
        _ = bench.view(.read)
        #expect((0..<50).allSatisfy { _ in bench.view(.read, place: 0.05).fit.contains(0) })
        #expect((0..<50).allSatisfy { _ in bench.view(.read, place: 0.15).held.contains(0) })
    }

    @Test func `H9 manual control outlives probes until it is released`() {
        var bench = Bench()
        bench.board.prefer(2, until: nil)
        for _ in 0..<3 { for position in 0..<3 { bench.probe(position, .success(ProbeReport(writable: true))) } }
        #expect(bench.view(.read).preferred == 2)
        bench.board.evacuate(2)
        #expect(bench.view(.read).preferred == nil, "a fence is stronger")
        for _ in 0..<3 { bench.probe(2, .success(ProbeReport(writable: true))) }
        #expect(!bench.view(.write).fit.contains(2))
        bench.board.restore(2, at: bench.now)
        #expect(bench.view(.read, place: 0.99).held.contains(2), "traffic returns in steps")
    }

    @Test func `H9 a preference ends with its time`() {
        var bench = Bench()
        bench.board.prefer(1, until: bench.now.advanced(by: .seconds(60)))
        bench.wait(59)
        #expect(bench.view(.read).preferred == 1)
        bench.wait(2)
        #expect(bench.view(.read).preferred == nil)
    }

    @Test func `R2 a fenced region is in no tier`() {
        var bench = Bench()
        bench.fail(1)
        bench.board.evacuate(0)
        bench.board.evacuate(1)
        let view = bench.view(.read)
        #expect(view.fit == [2])
        #expect(view.held.isEmpty)
        #expect(view.rest.isEmpty)
    }

    @Test func `H10 without a healthy region the least recently failed one is tried`() {
        var bench = Bench()
        for position in [1, 0, 2] {
            bench.fail(position)
            bench.wait(0.1)
        }
        #expect(bench.view(.read).fit.isEmpty)
        #expect(bench.board.panicRegion(.read, .read, among: [0, 1, 2]) == 1)
        #expect(bench.board.panicRegion(.read, .read, among: [0, 2]) == 0)
        #expect(bench.board.panicRegion(.read, .read, among: []) == nil)
    }

    @Test func `H11 a region that flaps every 3 s for 10 min causes at most 2 route changes and no failback`() {
        var bench = Bench(seed: 3)
        bench.operate(.read)
        bench.operate(.write)
        let start = bench.now
        var changes: [RegionEvent.Kind] = []
        while start.duration(to: bench.now) < .seconds(600) {
            let isDown = Int(start.duration(to: bench.now).milliseconds) / 3000 % 2 == 1
            for position in 0..<3 where bench.board.probeDue(position) <= bench.now {
                let isCut = isDown && position == 0
                bench.probe(
                    position,
                    isCut ? .failure(BackendError(.notSent, .unavailable, "")) : .success(ProbeReport(writable: true))
                )
            }
            for kind in OperationKind.allCases {
                bench.operate(kind) { isDown && $0 == 0 ? .notSent : nil }
            }
            changes += bench.board.takeNews()
            bench.wait(0.1)
        }
        for kind in OperationKind.allCases {
            let routes = changes.filter { if case .routeChanged(kind, _, _, _) = $0 { true } else { false } }
            #expect(routes.count <= 2, "\(kind)s moved \(routes.count) times")
            #expect(!routes.contains { if case .routeChanged(_, _, _, .failback) = $0 { true } else { false } })
        }
    }

    @Test func `F8 above the bulkhead an attempt is refused`() {
        var bench = Bench { $0.maximumInFlightPerRegion = 2 }
        #expect(bench.board.attemptBegan(.read, at: 0, bench.now) != nil)
        #expect(bench.board.attemptBegan(.read, at: 0, bench.now) != nil)
        #expect(bench.board.attemptBegan(.read, at: 0, bench.now) == nil)
        bench.board.slotFreed(at: 0)
        #expect(bench.board.attemptBegan(.read, at: 0, bench.now) != nil)
    }

    @Test func `F5 one store has one active write region`() throws {
        var bench = Bench()
        #expect(bench.board.settle(.write, at: 1) == 1)
        #expect(bench.board.settle(.write, at: 2) == 1, "the faster caller decided")
        let ticket = bench.board.attemptBegan(.write, at: 1, bench.now)
        bench.board.writesRefused(try #require(ticket), bench.now)
        #expect(bench.view(.write).active == nil)
        #expect(bench.board.settle(.write, at: 0) == 0)
    }

    @Test func `H5 late refusals from before a region recovered do not move its writes`() throws {
        var bench = Bench()
        #expect(bench.board.settle(.write, at: 0) == 0)
        let late = bench.board.attemptBegan(.write, at: 0, bench.now)
        bench.fail(0)
        bench.wait(6.1)
        bench.recover(0)
        bench.board.writesRefused(try #require(late), bench.now)
        #expect(bench.status(0).1 == .healthy)
    }

    @Test func `H7 probes are due at the interval, sooner while a region recovers, later where traffic proves it`() {
        var bench = Bench()
        #expect(bench.board.probeDue(0) <= bench.now, "the first at once")
        bench.probe(0, .success(ProbeReport()))
        let interval = bench.now.duration(to: bench.board.probeDue(0))
        #expect(interval >= .seconds(27) && interval <= .seconds(33))
        bench.wait(20)
        bench.operate(.read)
        #expect(bench.now.duration(to: bench.board.probeDue(0)) >= .seconds(27), "live traffic has just proved it")
        bench.fail(0)
        let cooldown = bench.now.duration(to: bench.board.probeDue(0))
        #expect(cooldown >= .seconds(4) && cooldown <= .seconds(6))
        bench.wait(6.1)
        bench.probe(0, .success(ProbeReport()))
        #expect(bench.now.duration(to: bench.board.probeDue(0)) == .seconds(1))
    }

    @Test func `H4 probes come every second while reads are half-open, however long writes cool down`() {
        var bench = Bench()
        bench.fail(0, .write, .readOnly)
        for _ in 0..<4 {
            bench.wait(60)
            bench.probe(0, .success(ProbeReport(writable: false)))
        }
        bench.fail(0, .read, .unavailable)
        bench.wait(6.1)
        bench.probe(0, .success(ProbeReport()))
        #expect(bench.now.duration(to: bench.board.probeDue(0)) == .seconds(1))
    }

    @Test func `H8 H11 writes that wait for their return are watched every second, however long reads are left alone`()
    {
        var bench = Bench()
        bench.fail(0, .write, .readOnly)
        bench.wait(6.1)
        bench.recover(0)
        bench.fail(0, .read, .unavailable)
        #expect(bench.now.duration(to: bench.board.probeDue(0)) <= .seconds(1))
    }

    @Test func `H11 where two regions wait for their traffic it stays with the one that has it`() {
        var bench = Bench(2)
        #expect(bench.operate(.write) == 0)
        bench.fail(0)
        #expect(bench.operate(.write) == 1)
        bench.wait(6.1)
        bench.recover(0)
        bench.fail(1)
        bench.wait(6.1)
        bench.recover(1)
        _ = bench.board.takeNews()
        #expect(bench.view(.write).fit == [1])
        #expect(bench.operate(.write) == 1)
        #expect(bench.board.takeNews() == [])
    }

    @Test func `a route that leaves a region while it waits for its traffic says that it was unhealthy`() {
        var bench = Bench()
        #expect(bench.operate(.write) == 0)
        bench.fail(0)
        bench.wait(6.1)
        bench.recover(0)
        _ = bench.board.takeNews()
        #expect(bench.operate(.write) == 1)
        let moved = RegionEvent.Kind.routeChanged(.write, from: "region-0", to: "region-1", reason: .unhealthy)
        #expect(bench.board.takeNews().contains(moved))
    }
}
