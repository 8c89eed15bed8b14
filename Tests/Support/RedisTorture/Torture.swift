internal import Foundation

/// One run: servers, writers, faults, and what is left at the end.
struct Torture {
    private static let writers = 4
    /// How long it is waited for what should be there sooner.
    private static let patience = 120.0

    private let plan: Plan

    init(_ plan: Plan) {
        self.plan = plan
    }

    /// - Returns: Whether nothing was wrong.
    func run() async throws -> Bool {
        note("seed \(self.plan.seed), appendfsync \(self.plan.appendfsync)")
        if !FaultyMachine.isAvailable { note("REGIONKIT_FAULTY_MACHINE is not set: clocks and disks are right.") }
        let begin = Date()
        let network = try Network(self.plan)
        let (ledger, faults, check) = (Ledger(), Faults(network, self.plan), try Check(network))
        var writers: [Writer] = []
        for number in 0..<Self.writers {
            writers.append(try await Writer("w\(number)", at: number % 3, network, self.plan, ledger))
        }
        let work = writers.map { writer in Task { try await writer.run() } }
        await faults.run()
        for writer in writers { writer.stopWriting() }
        let converged = try await check.converged(within: Self.patience)
        let contents = ledger.contents
        var (lost, wrong) = try await check.faults(of: contents)
        // What a server has in its memory and what it has in its file may differ.
        if wrong.isEmpty, converged != nil {
            try network.restart()
            if try await check.converged(within: Self.patience) == nil { wrong.append("They do not converge again.") }
            let (lostLater, wrongLater) = try await check.faults(of: contents)
            lost = lostLater.count > lost.count ? lostLater : lost
            wrong += wrongLater.map { "after a restart: \($0)" }
        }
        for task in work { task.cancel() }
        for task in work { _ = await task.result }
        await check.shutdown()

        let tally = faults.tally
        wrong += tally.failures + (self.plan.isDurable ? lost : [])
        if self.plan.isDurable, contents.lossesNoticed > 0 { wrong.append("A region lost what it had handed out.") }
        if converged.map({ $0 > self.plan.limit }) ?? true {
            wrong.append("converged after \(converged.map { "\($0)" } ?? "more than \(Self.patience)") s")
        }
        for text in (wrong + (self.plan.isDurable ? [] : lost)).prefix(50) { note(text) }
        let errors = contents.errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        note("writes that were not acknowledged: \(errors.joined(separator: ", "))")
        let figures: [(String, String)] = [
            ("appendfsync", "\"\(self.plan.appendfsync)\""), ("syncMilliseconds", "\(self.plan.sync)"),
            ("kills", "\(tally.kills)"), ("stops", "\(tally.stops)"),
            ("cuts", "\(tally.cuts)"), ("clockSteps", "\(FaultyMachine.isAvailable ? tally.clockSteps : 0)"),
            ("tornFiles", "\(network.tornFiles)"), ("writers", "\(Self.writers)"),
            ("acknowledged", "\(contents.acknowledged.count)"),
            ("failed", "\(contents.errors.values.reduce(0, +))"), ("lost", "\(lost.count)"),
            ("duplicates", "\(contents.duplicates)"), ("lossesNoticed", "\(contents.lossesNoticed)"),
            ("convergedSeconds", converged.map { "\($0)" } ?? "null"),
            ("longestStartSeconds", "\(tally.longestStart)"), ("faults", "\(wrong.count)"),
            ("seconds", "\(Int(Date().timeIntervalSince(begin)))"), ("seed", "\(self.plan.seed)"),
        ]
        print("{\(figures.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}")
        network.close(keepingFiles: !wrong.isEmpty)
        return wrong.isEmpty
    }
}
