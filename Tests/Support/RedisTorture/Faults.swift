internal import Foundation
internal import RegionKitTesting
internal import Synchronization

/// What happens to the servers, their clocks and the ways between them: kills, stops and cuts go on at once.
///
/// One server is down and another one stopped at most, so that a third is there; any way may be cut meanwhile.
final class Faults: Sendable {
    struct Tally {
        var kills = 0
        var stops = 0
        var cuts = 0
        var clockSteps = 0
        /// How long the slowest server took to come back.
        var longestStart = 0.0
        var failures: [String] = []
    }

    private struct State {
        var generator: SeededGenerator
        var busy: Set<Int> = []
        var tally = Tally()
    }

    private let network: Network
    private let plan: Plan
    private let state: Mutex<State>

    init(_ network: Network, _ plan: Plan) {
        (self.network, self.plan) = (network, plan)
        self.state = Mutex(State(generator: SeededGenerator(seed: plan.seed)))
    }

    var tally: Tally { self.state.withLock { $0.tally } }

    /// Does everything that is planned, then heals all.
    func run() async {
        // Threads of their own, because they wait for processes.
        await withTaskGroup(of: Void.self) { group in
            for (count, fault) in [
                (self.plan.kills, self.kill), (self.plan.stops, self.stop), (self.plan.cuts, self.cut),
            ] as [(Int, @Sendable () throws -> Void)] {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread.detachNewThread {
                            self.repeatedly(count, fault)
                            continuation.resume()
                        }
                    }
                }
            }
        }
    }

    private func repeatedly(_ count: Int, _ fault: () throws -> Void) {
        do {
            for _ in 0..<count {
                Thread.sleep(forTimeInterval: self.draw(0.2...min(3, self.plan.longest)))
                try fault()
            }
        } catch {
            self.state.withLock { $0.tally.failures.append("\(error)") }
        }
    }

    /// A server is killed, and starts again after a while, perhaps with another clock.
    private func kill() throws {
        try self.withRegion { region in
            let down = self.draw(0...1)
            note("kill \(Network.names[region]) for \(down) s")
            self.network.servers[region].kill()
            try self.setClock(of: region)
            Thread.sleep(forTimeInterval: down)
            let begin = Date()
            do { try self.network.servers[region].restart() } catch {
                // Killed while it replaced a torn file: it refuses to start once, and repairs the file.
                note("\(error)")
                try self.network.servers[region].restart()
            }
            let time = Date().timeIntervalSince(begin)
            self.state.withLock {
                $0.tally.kills += 1
                $0.tally.longestStart = max($0.tally.longestStart, time)
            }
        }
    }

    /// A server is stopped where it stands, and goes on after a while, perhaps with another clock.
    private func stop() throws {
        try self.withRegion { region in
            let time = self.drawTime(upTo: self.plan.longest)
            note("stop \(Network.names[region]) for \(time) s")
            self.network.servers[region].stop()
            try self.setClock(of: region)
            Thread.sleep(forTimeInterval: time)
            self.network.servers[region].resume()
            self.state.withLock { $0.tally.stops += 1 }
        }
    }

    /// Ways are cut: between two sites in one direction or both, all of a region, or a site's to its own region.
    private func cut() throws {
        let time = self.drawTime(upTo: min(10, self.plan.longest))
        let (kind, one, distance, mode) = self.state.withLock { state in
            (
                Int.random(in: 0..<4, using: &state.generator), Int.random(in: 0..<3, using: &state.generator),
                Int.random(in: 1...2, using: &state.generator),
                [.refuse, .silent, .reset].randomElement(using: &state.generator) ?? FaultProxy.Mode.refuse
            )
        }
        let (ways, other) = (self.network.ways, (one + distance) % 3)
        let (concerned, name): ([FaultProxy], String) =
            switch kind {
            case 0: ([ways[one][other]], "the way from \(Network.names[one]) to \(Network.names[other])")
            case 1: ([ways[one][other], ways[other][one]], "\(Network.names[one]) from \(Network.names[other])")
            case 2: (ways[one] + ways.map { $0[one] }, "\(Network.names[one]) from all")
            default: ([ways[one][one]], "the clients of \(Network.names[one]) from it")
            }
        note("cut \(name) for \(time) s: \(mode)")
        for way in concerned { try way.set(mode) }
        Thread.sleep(forTimeInterval: time)
        for way in concerned {
            // Connections that lost bytes do not go on.
            try way.set(.refuse)
            try way.set(.open)
        }
        self.state.withLock { $0.tally.cuts += 1 }
    }

    private func setClock(of region: Int) throws {
        let skew = self.state.withLock { state -> Int? in
            guard Bool.random(using: &state.generator) else { return nil }
            state.tally.clockSteps += 1
            return [-30_000, 0, 30_000, .random(in: -30_000...30_000, using: &state.generator)]
                .randomElement(using: &state.generator)
        }
        guard let skew else { return }
        note("clock of \(Network.names[region]): \(skew) ms")
        try self.network.machines[region].setClock(skew)
    }

    /// Does something to a region that nothing else is done to.
    private func withRegion(_ body: (Int) throws -> Void) throws {
        let region = self.state.withLock { state in
            let free = self.network.servers.indices.filter { !state.busy.contains($0) }
            let region = free.randomElement(using: &state.generator) ?? 0
            state.busy.insert(region)
            return region
        }
        defer { self.state.withLock { _ = $0.busy.remove(region) } }
        try body(region)
    }

    private func draw(_ range: ClosedRange<Double>) -> Double {
        self.state.withLock { Double.random(in: range, using: &$0.generator) }
    }

    /// From one second on, short ones more often: all orders of magnitude are as likely.
    private func drawTime(upTo longest: Double) -> Double {
        min(longest, exp(self.draw(0...log(max(1, longest)))))
    }
}
