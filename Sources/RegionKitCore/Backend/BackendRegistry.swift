/// Maps URL schemes to plug-ins, for configuration files and tools.
public struct BackendRegistry: Sendable {
    private var plugIns: [String: BackendPlugIn] = [:]

    /// Creates a registry; of two plug-ins with one scheme the later stays.
    public init(_ plugIns: [BackendPlugIn] = []) {
        for plugIn in plugIns { self.register(plugIn) }
    }

    /// Adds a plug-in, in place of an earlier one with its scheme.
    public mutating func register(_ plugIn: BackendPlugIn) {
        self.plugIns[plugIn.scheme] = plugIn
    }

    /// The schemes that are known, in alphabetical order.
    public var schemes: [String] { self.plugIns.keys.sorted() }

    /// Opens the regions of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The table and where its regions are.
    ///   - time: The clocks.
    ///   - onReplication: Told what happens to replication, where RegionKit does that; must return soon.
    /// - Throws: As ``open(_:schema:in:)`` does.
    public func open(
        _ configuration: DeploymentConfiguration,
        time: any TimeSource = SystemTime(),
        onReplication: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) async throws -> BackendPlugIn.Deployment {
        let context = BackendPlugIn.Context(
            folder: configuration.folder,
            time: time,
            onReplication: onReplication
        )
        do {
            return try await self.open(configuration.regions, schema: configuration.schema, in: context)
        } catch var error as ConfigurationError where error.field.hasPrefix("regions") {
            error.file = error.file ?? configuration.file
            throw error
        }
    }

    /// Checks what ``open(_:time:onReplication:)`` checks before anything is opened: that the regions are all of one
    /// scheme, and of one that is known.
    public func check(_ configuration: DeploymentConfiguration) throws(ConfigurationError) {
        do throws(ConfigurationError) {
            _ = try self.plugIn(for: configuration.regions)
        } catch {
            throw ConfigurationError(field: error.field, error.message, file: configuration.file)
        }
    }

    /// Opens the regions of one table.
    ///
    /// - Throws: ``ConfigurationError`` when a scheme is not known or the regions do not all have the same one, and
    ///   whatever the plug-in throws.
    public func open(
        _ locations: [BackendPlugIn.Location],
        schema: TableSchema,
        in context: BackendPlugIn.Context
    ) async throws -> BackendPlugIn.Deployment {
        guard let plugIn = try self.plugIn(for: locations) else { return BackendPlugIn.Deployment(endpoints: []) }
        return try await plugIn.open(locations, schema, context)
    }

    private func plugIn(for locations: [BackendPlugIn.Location]) throws(ConfigurationError) -> BackendPlugIn? {
        guard let first = locations.first else {
            throw ConfigurationError(field: "regions", "found none; at least one is needed")
        }
        for (index, location) in locations.enumerated() {
            guard self.plugIns[location.scheme] != nil else {
                let known = self.schemes.map { "\($0):" }.joined(separator: ", ")
                // The URL may hold a password: the scheme alone is shown.
                throw ConfigurationError(
                    field: "regions[\(index)].backend",
                    "found the scheme \(location.scheme.prefix(40).debugDescription); known are \(known)"
                )
            }
            guard location.scheme == first.scheme else {
                throw ConfigurationError(
                    field: "regions[\(index)].backend",
                    "found \(location.scheme): beside \(first.scheme):; all regions of a table use one kind of backend, "
                        + "because each kind replicates in its own way"
                )
            }
        }
        return self.plugIns[first.scheme]
    }
}
