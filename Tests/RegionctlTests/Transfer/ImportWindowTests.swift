import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ImportWindowTests {
    private func add(_ id: String, to window: inout ImportWindow, size: Int = 10) {
        window.position.line += 1
        window.add(["id": .string(id)], Key(.string(id)), size: size)
    }

    @Test func `only what is stored without a hole is acknowledged`() throws {
        var window = ImportWindow(ImportPosition())
        var numbers: [Int] = []
        for index in 0..<3 {
            self.add("k\(index)", to: &window)
            let batch = window.cut()
            numbers.append(try #require(batch).number)
        }
        #expect(window.acknowledged.line == 0)
        window.wasStored(numbers[1])
        #expect(window.acknowledged.line == 0)
        window.wasStored(numbers[0])
        #expect(window.acknowledged.line == 2)
        window.wasStored(numbers[2])
        #expect(window.acknowledged.line == 3)
    }

    @Test func `lines without item count once all before them are stored`() throws {
        var window = ImportWindow(ImportPosition())
        window.position.line = 5
        #expect(window.acknowledged.line == 5)
        self.add("k", to: &window)
        window.position.line = 9
        #expect(window.acknowledged.line < 6)
        let cut = window.cut()
        let batch = try #require(cut)
        window.wasStored(batch.number)
        #expect(window.acknowledged.line == 9)
    }

    @Test func `a key is held until its batch is stored`() throws {
        var window = ImportWindow(ImportPosition())
        self.add("k", to: &window)
        #expect(window.holds("k"))
        let cut = window.cut()
        let batch = try #require(cut)
        #expect(window.holds("k"))
        window.wasStored(batch.number)
        #expect(!window.holds("k"))
    }

    @Test func `batches are bounded in number and in bytes`() {
        var window = ImportWindow(ImportPosition())
        for index in 0..<25 {
            #expect(!window.isBatchFull)
            self.add("k\(index)", to: &window)
        }
        #expect(window.isBatchFull)
        let first = window.cut()
        #expect(first?.writes.count == 25)
        self.add("large", to: &window, size: 2 << 20)
        #expect(window.isBatchFull)
        var sent = 1
        while !window.isFull {
            _ = window.cut()
            self.add("more\(sent)", to: &window, size: 2 << 20)
            sent += 1
        }
        #expect(sent <= 6)
    }
}
