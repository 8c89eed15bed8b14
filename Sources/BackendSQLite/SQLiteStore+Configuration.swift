public import RegionKitCore

extension SQLiteStore {
    /// How a region's file is opened.
    public struct Configuration: Hashable, Sendable {
        /// When a write counts as durable.
        public enum Synchronous: Hashable, Sendable {
            /// An acknowledged write survives a power failure.
            case full
            /// An acknowledged write survives the death of the process; the last ones may be lost in a power failure.
            case normal
        }

        /// The file.
        ///
        /// Its folder must exist; it is created with mode 0600 when it does not. A relative path starts at the
        /// process's current folder.
        public var path: String
        /// The region whose rows the file holds.
        public var region: Region
        /// The table.
        public var schema: TableSchema
        /// When a write counts as durable. [full]
        public var synchronous: Synchronous
        /// How many reads may be under way at once, 1 to 64; above, `overloaded`. [8]
        public var readers: Int
        /// Whether reads run on the thread that asks, which is fastest; switch it off for files larger than memory,
        /// where a read may wait for the disk. [true]
        public var readsOnCallersThread: Bool
        /// Memory for pages, a connection: readers and one writer. [16 MiB]
        public var cacheBytes: Int
        /// How much of the file is mapped into memory. [1 GiB]
        public var mmapBytes: Int
        /// How long an operation waits for the lock of another process, then `throttled`. [1 s]
        public var busyTimeout: Duration
        /// How many rows from clocks that are ahead are kept. [10 000]
        public var parkedLimit: Int
        /// What is emulated from the start. [nothing]
        public var emulation: SQLiteEmulation

        /// Describes how to open a file; see the properties.
        public init(
            path: String,
            region: Region,
            schema: TableSchema,
            synchronous: Synchronous = .full,
            readers: Int = 8,
            readsOnCallersThread: Bool = true,
            cacheBytes: Int = 16 << 20,
            mmapBytes: Int = 1 << 30,
            busyTimeout: Duration = .seconds(1),
            parkedLimit: Int = 10_000,
            emulation: SQLiteEmulation = .none
        ) {
            self.path = path
            self.region = region
            self.schema = schema
            self.synchronous = synchronous
            self.readers = readers
            self.readsOnCallersThread = readsOnCallersThread
            self.cacheBytes = cacheBytes
            self.mmapBytes = mmapBytes
            self.busyTimeout = busyTimeout
            self.parkedLimit = parkedLimit
            self.emulation = emulation
        }

        /// Checks every value; the error names the field.
        public func validate() throws(ValidationError) {
            guard self.region.isValid else {
                throw ValidationError("region: \(self.region.nameRule)")
            }
            try self.schema.validate()
            try Self.check(self.readers, in: 1...64, "readers")
            try Self.check(self.cacheBytes, in: 0...1 << 40, "cacheBytes")
            try Self.check(self.mmapBytes, in: 0...1 << 40, "mmapBytes")
            try Self.check(self.parkedLimit, in: 0...1_000_000, "parkedLimit")
            guard self.busyTimeout >= .zero, self.busyTimeout <= .seconds(60) else {
                throw ValidationError("busyTimeout: 0 to 60 s are allowed.")
            }
        }

        private static func check(_ value: Int, in range: ClosedRange<Int>, _ field: String) throws(ValidationError) {
            guard range.contains(value) else {
                throw ValidationError("\(field): \(range.lowerBound) to \(range.upperBound) are allowed.")
            }
        }
    }
}
