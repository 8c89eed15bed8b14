import Testing

@testable import RegionKitCore

@Suite struct RetryBudgetTests {
    @Test func `F6 a budget of 500 pays for 35 repetitions after faults`() {
        var budget = RetryBudget(capacity: 500)
        var paid = 0
        while budget.spend(14) { paid += 1 }
        #expect(paid == 35)
        #expect(budget.tokens == 10)
    }

    @Test func `F6 successes refund what was spent, up to the capacity`() {
        var budget = RetryBudget(capacity: 500)
        let isPaid = budget.spend(14)
        #expect(isPaid)
        budget.refund(14)
        budget.refund(0)
        #expect(budget.tokens == 500)
    }

    @Test func `F6 the back-off doubles from its base to its cap, with full jitter`() {
        let backoff = Backoff(RetryConfiguration())
        let bounds = (0..<12).map { backoff.wait(attempt: $0, random: .max) }
        #expect(bounds.prefix(4).map { ($0 + 500_000) / 1_000_000 } == [50, 100, 200, 400])
        #expect(bounds.allSatisfy { $0 <= 20_000_000_000 })
        #expect((bounds.last ?? 0) > 19_999_000_000)
        #expect(backoff.wait(attempt: 5, random: 0) == 0)
        #expect(backoff.wait(attempt: .max, random: .max) <= 20_000_000_000)
    }
}
