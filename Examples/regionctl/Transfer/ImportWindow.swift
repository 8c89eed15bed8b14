internal import RegionKitCore

/// The writes that are on their way, and up to where all before them are stored.
///
/// A pure value. No key is in two batches at once, since nobody can say which of two would be the later one.
struct ImportWindow {
    private struct Batch {
        var number: Int
        var keys: [Key] = []
        var bytes = 0
        /// Where reading was when the batch was closed.
        var end = ImportPosition()
        var isStored = false
    }

    /// How many batches are on their way at most, and how many bytes of lines.
    private static let maximumBatches = 16
    private static let maximumBytes = 2 << 20
    private static let batchBytes = 512 << 10

    /// Where reading is.
    var position: ImportPosition
    private var stored: ImportPosition
    /// What is in the batch that is being filled.
    private var writes: [Write] = []
    private var next = Batch(number: 0)
    /// Batches on their way, in order.
    private var batches: [Batch] = []
    private var keys: Set<Key> = []
    private var bytes = 0

    init(_ position: ImportPosition) {
        self.position = position
        self.stored = position
    }

    /// Up to here all is stored.
    var acknowledged: ImportPosition { self.isIdle && self.writes.isEmpty ? self.position : self.stored }

    /// Whether nothing is on its way.
    var isIdle: Bool { self.batches.isEmpty }

    /// Whether a batch must be stored before another one is sent.
    var isFull: Bool { self.batches.count >= Self.maximumBatches || self.bytes >= Self.maximumBytes }

    var isBatchFull: Bool {
        self.writes.count >= ItemLimits.batchWrites || self.next.bytes >= Self.batchBytes
    }

    func holds(_ key: Key) -> Bool { self.keys.contains(key) }

    mutating func add(_ item: Item, _ key: Key, size: Int) {
        self.writes.append(.put(item))
        self.next.keys.append(key)
        self.next.bytes += size
        self.keys.insert(key)
    }

    /// Closes the batch; nil when it is empty.
    mutating func cut() -> (number: Int, writes: [Write])? {
        guard !self.writes.isEmpty else { return nil }
        self.next.end = self.position
        self.batches.append(self.next)
        self.bytes += self.next.bytes
        defer {
            self.writes = []
            self.next = Batch(number: self.next.number + 1)
        }
        return (self.next.number, self.writes)
    }

    /// A batch is stored.
    mutating func wasStored(_ number: Int) {
        guard let place = self.batches.firstIndex(where: { $0.number == number }) else { return }
        self.batches[place].isStored = true
        self.keys.subtract(self.batches[place].keys)
        self.bytes -= self.batches[place].bytes
        while let first = self.batches.first, first.isStored {
            self.stored = first.end
            self.batches.removeFirst()
        }
    }
}
