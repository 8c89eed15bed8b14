public import RegionKitCore

extension RedisStore {
    /// Which region of which table a server holds, and under which name.
    public struct Configuration: Hashable, Sendable {
        /// The region whose rows the server holds.
        public var region: Region
        /// The table.
        public var schema: TableSchema
        /// What tells the region's keys from others in the same server: all begin with `{rk:NAMESPACE}`. [the table's
        /// name]
        ///
        /// 1 to 255 characters from a-z, A-Z, 0-9, '_', '-' and '.'. Two regions never share one.
        public var namespace: String
        /// How many rows from clocks that are ahead are kept. [10 000]
        public var parkedLimit: Int

        /// Describes a region; see the properties.
        public init(region: Region, schema: TableSchema, namespace: String? = nil, parkedLimit: Int = 10_000) {
            self.region = region
            self.schema = schema
            self.namespace = namespace ?? schema.name
            self.parkedLimit = parkedLimit
        }

        /// Checks every value; the error names the field.
        public func validate() throws(ConfigurationError) {
            guard self.region.isValid else {
                throw ConfigurationError(
                    field: "region",
                    "found \(self.region.name.prefix(80).debugDescription); a name is 1 to 63 of a-z, 0-9 and -, "
                        + "not starting with -"
                )
            }
            do throws(ValidationError) {
                try self.schema.validate()
            } catch {
                throw ConfigurationError(field: "schema", error.message)
            }
            let isName = self.namespace.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
            guard isName, (1...255).contains(self.namespace.utf8.count) else {
                throw ConfigurationError(
                    field: "namespace",
                    "found \(self.namespace.prefix(80).debugDescription); allowed are 1 to 255 characters from a-z, "
                        + "A-Z, 0-9, '_', '-' and '.'"
                )
            }
            guard (0...1_000_000).contains(self.parkedLimit) else {
                throw ConfigurationError(field: "parkedLimit", "found \(self.parkedLimit); allowed is 0 to 1000000")
            }
        }
    }
}
