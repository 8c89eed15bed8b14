extension Replicator {
    /// How a replicator works.
    public struct Configuration: Hashable, Sendable {
        /// How often a busy link looks for changes; an idle one looks ever more rarely, down to an eighth. [20 ms]
        public var pollInterval: Duration = .milliseconds(20)
        /// How many changes are carried at once, 1 to 1024. [256]
        public var batch = 256
        /// How often every region's state is checked. [1 s]
        public var checkInterval: Duration = .seconds(1)
        /// How long a region may take for one answer. [2 s]
        public var callTimeout: Duration = .seconds(2)
        /// How long a lease lasts: so long, and a quarter more, is a link left alone after its holder was killed. [2 s]
        ///
        /// Leases are renewed, and asked for where another replicator holds them, four times as often.
        public var leaseDuration: Duration = .seconds(2)
        /// How often logs and tombstones that nobody needs are removed. [60 s]
        public var collectInterval: Duration = .seconds(60)
        /// How old a tombstone must be to be removed. [24 h]
        public var tombstoneRetention: Duration = .seconds(24 * 3600)
        /// How far ahead of a region's wall clock a change may lie; others are parked until they are due. [60 s]
        public var maximumDrift: Duration = .seconds(60)
        /// What the emulated jitter and reordering are drawn from. [random]
        public var seed: UInt64 = .random(in: 0 ... .max)

        /// The defaults.
        public init() {}

        /// Checks every field.
        ///
        /// - Throws: ``ConfigurationError`` for the first field that cannot work.
        public func validate() throws(ConfigurationError) {
            for (field, value) in [
                ("pollInterval", self.pollInterval), ("checkInterval", self.checkInterval),
                ("callTimeout", self.callTimeout), ("collectInterval", self.collectInterval),
            ] where value <= .zero || value > .seconds(24 * 3600) {
                throw ConfigurationError(field: field, "found \(value); allowed is above 0 and at most 24 h")
            }
            guard self.leaseDuration >= .milliseconds(100), self.leaseDuration <= .seconds(3600) else {
                throw ConfigurationError(
                    field: "leaseDuration",
                    "found \(self.leaseDuration); allowed is 100 ms to 1 h"
                )
            }
            for (field, value) in [
                ("tombstoneRetention", self.tombstoneRetention), ("maximumDrift", self.maximumDrift),
            ] where value < .zero || value > .seconds(366 * 24 * 3600) {
                throw ConfigurationError(field: field, "found \(value); allowed is 0 to 366 days")
            }
            guard (1...1024).contains(self.batch) else {
                throw ConfigurationError(field: "batch", "found \(self.batch); allowed is 1 to 1024")
            }
        }
    }
}
