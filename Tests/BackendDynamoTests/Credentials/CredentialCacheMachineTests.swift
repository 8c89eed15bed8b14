import RegionKitCore
import Testing

@testable import BackendDynamo

struct CredentialCacheMachineTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)
    private let wall: Int64 = 1_700_000_000_000
    private let failure = CredentialError(.unreachable, step: "test", "no answer")

    private func credentials(lasting seconds: Int64?, key: String = "A") -> Credentials {
        Credentials(
            accessKeyID: key,
            secretAccessKey: Secret("s"),
            expiration: seconds.map { self.wall + $0 * 1000 }
        )
    }

    /// What the machine says so many seconds after the start.
    private func ask(
        _ machine: inout CredentialCacheMachine,
        after seconds: Int64,
        byRunner: Bool = false
    ) -> CredentialCacheMachine.Answer {
        machine.requested(
            byRunner: byRunner,
            at: self.start.advanced(by: .seconds(seconds)),
            wall: self.wall + seconds * 1000
        )
    }

    private func machine(lasting seconds: Int64?, random: Double = 0) -> CredentialCacheMachine {
        var machine = CredentialCacheMachine()
        #expect(self.ask(&machine, after: 0) == .fetch)
        machine.fetched(self.credentials(lasting: seconds), at: self.start, wall: self.wall, random: random)
        return machine
    }

    private func fail(_ machine: inout CredentialCacheMachine, after seconds: Int64, random: Double = 0) {
        machine.failed(
            self.failure,
            at: self.start.advanced(by: .seconds(seconds)),
            wall: self.wall + seconds * 1000,
            random: random
        )
    }

    @Test(
        arguments: [
            (3600, 0, 3299, false), (3600, 0, 3300, true), (3600, 1, 3239, false), (3600, 1, 3240, true),
            (3600, 0.5, 3269, false), (3600, 0.5, 3270, true), (600, 1, 299, false), (600, 0, 300, true),
            (60, 0, 29, false), (60, 0, 30, true), (nil, 0, 1_000_000_000, false),
        ] as [(Int64?, Double, Int64, Bool)]
    )
    func `new ones are fetched five to six minutes before the end, or after half the time`(
        _ lasting: Int64?,
        _ random: Double,
        _ seconds: Int64,
        _ isDue: Bool
    ) {
        var machine = self.machine(lasting: lasting, random: random)
        let answer = self.ask(&machine, after: seconds)
        #expect(answer == (isDue ? .fetch : .ready(self.credentials(lasting: lasting))))
    }

    @Test func `one fetches and the others wait`() {
        var machine = CredentialCacheMachine()
        #expect(self.ask(&machine, after: 0) == .fetch)
        #expect(self.ask(&machine, after: 0) == .wait)
        machine.fetched(self.credentials(lasting: 60), at: self.start, wall: self.wall, random: 0)
        #expect(self.ask(&machine, after: 0) == .ready(self.credentials(lasting: 60)))
    }

    @Test func `while one fetches ahead of time the others use what there is`() {
        var machine = self.machine(lasting: 3600)
        #expect(self.ask(&machine, after: 3400) == .fetch)
        #expect(self.ask(&machine, after: 3400) == .ready(self.credentials(lasting: 3600)))
        #expect(self.ask(&machine, after: 3600) == .wait)
    }

    @Test func `what cannot be renewed is used up to its end`() {
        var machine = self.machine(lasting: 3600)
        #expect(self.ask(&machine, after: 3400) == .fetch)
        self.fail(&machine, after: 3400)
        #expect(self.ask(&machine, after: 3419) == .ready(self.credentials(lasting: 3600)))
        #expect(self.ask(&machine, after: 3420) == .fetch)
        self.fail(&machine, after: 3590)
        #expect(self.ask(&machine, after: 3599) == .ready(self.credentials(lasting: 3600)))
        #expect(self.ask(&machine, after: 3600) == .fail(self.failure))
        #expect(self.ask(&machine, after: 3610) == .fetch)
    }

    @Test func `after a failure nobody asks again for a second or two`() {
        var machine = CredentialCacheMachine()
        #expect(self.ask(&machine, after: 0) == .fetch)
        self.fail(&machine, after: 0, random: 1)
        #expect(self.ask(&machine, after: 1) == .fail(self.failure))
        #expect(self.ask(&machine, after: 2) == .fetch)
    }

    @Test func `when the one who fetches gives up, the next takes over`() {
        var machine = CredentialCacheMachine()
        #expect(self.ask(&machine, after: 0) == .fetch)
        machine.abandoned()
        #expect(self.ask(&machine, after: 0) == .fetch)
        #expect(self.ask(&machine, after: 0) == .wait)
    }

    @Test func `refused credentials are not used again, newer ones are`() {
        var machine = self.machine(lasting: 3600)
        machine.refused(self.credentials(lasting: 3600, key: "older"))
        #expect(self.ask(&machine, after: 1) == .ready(self.credentials(lasting: 3600)))
        machine.refused(self.credentials(lasting: 3600))
        #expect(self.ask(&machine, after: 1) == .fetch)
    }

    @Test func `with a runner callers fetch only what they cannot do without`() {
        var machine = self.machine(lasting: 3600)
        let begins = [machine.runner(begins: true), machine.runner(begins: true)]
        #expect(begins == [true, false])
        #expect(self.ask(&machine, after: 3400) == .ready(self.credentials(lasting: 3600)))
        #expect(self.ask(&machine, after: 3400, byRunner: true) == .fetch)
        machine.abandoned()
        #expect(self.ask(&machine, after: 3600) == .fetch)
        machine.abandoned()
        let ends = machine.runner(begins: false)
        #expect(ends)
        #expect(self.ask(&machine, after: 3400) == .fetch)
    }

    @Test(arguments: [(0, 60.0), (3250, 50), (3299, 1), (3300, 0.1), (3600, 0.1)] as [(Int64, Double)])
    func `the runner sleeps until it is due, but never long`(_ seconds: Int64, _ sleep: Double) {
        let machine = self.machine(lasting: 3600)
        let now = self.start.advanced(by: .seconds(seconds))
        #expect(machine.sleep(at: now, wall: self.wall + seconds * 1000) == .seconds(sleep))
    }
}
