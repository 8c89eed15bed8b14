internal import RegionKitCore

/// Judges from what the regions say what a set-up does next; pure.
///
/// It knows nothing of what was done before: whatever state a table is in, a set-up goes on from there.
struct SetUpPlan: Sendable {
    enum Action {
        case done
        case change(GlobalTable.Change)
        /// Something is under way in a region.
        case wait(Region, status: String, percent: Int? = nil)
        /// A region must answer first.
        case blocked(RegionError)
    }

    /// States that end by themselves.
    private static let passing: Set = ["CREATING", "UPDATING", "DELETING"]

    let schema: TableSchema
    let primary: Region
    /// The regions that shall hold a copy, the primary not among them.
    let replicas: [Region]
    /// Whether replicas alone are added, to a table that is there.
    var isForReplicasAlone = false

    /// The next thing to do.
    ///
    /// - Parameter asked: The last change that was asked for, which may not show yet.
    /// - Throws: Why a person must decide; the table was not altered.
    func next(_ states: [Region: TableState], asked: GlobalTable.Change?) throws(RegionError) -> Action {
        switch states[self.primary] ?? .missing {
        case .unknown(let error): return .blocked(error)
        case .missing: return try self.creation(states)
        case .exists(let table):
            try self.check(table)
            if let wait = try self.wait(for: table) { return wait }
            if let change = try self.streamOrReplica(table, states, asked) { return change }
            return self.isForReplicasAlone ? .done : try self.timeToLive(table)
        }
    }

    /// What to do while a table is being changed, or to wait for; nil for one that is ready.
    ///
    /// - Throws: When a state does not end by itself.
    func wait(for table: TableDescription) throws(RegionError) -> Action? {
        for replica in table.replicas where self.replicas.contains(replica.region) {
            guard replica.status != "ACTIVE", !Self.passing.contains(replica.status) else { continue }
            let reason = replica.statusDescription.map { ": \($0)" } ?? ""
            throw RegionError(
                .unavailable,
                "The replica in \(replica.region) is \(replica.status)\(reason). DynamoDB does not go on by itself: end the "
                    + "cause, or remove that replica, then run the set-up again.",
                region: replica.region
            )
        }
        if let replica = table.replicas.first(where: { Self.passing.contains($0.status) }) {
            return .wait(replica.region, status: replica.status, percent: replica.percentProgress)
        }
        switch table.status {
        case "ACTIVE": break
        case "CREATING", "UPDATING": return .wait(self.primary, status: table.status)
        default: throw self.refusal("The table in \(self.primary) is \(table.status).", .unavailable)
        }
        if let index = table.indexes.first(where: { Self.passing.contains($0.status) }) {
            return .wait(self.primary, status: "\(index.status) index \(index.keys.name)")
        }
        return nil
    }

    private func creation(_ states: [Region: TableState]) throws(RegionError) -> Action {
        guard !self.isForReplicasAlone else {
            throw self.refusal(
                "There is no table \(self.schema.name) in the primary, \(self.primary): set it up first."
            )
        }
        // A second table of the same name could never become its replica.
        for region in self.replicas {
            switch states[region] ?? .missing {
            case .missing: continue
            case .unknown(let error): return .blocked(error)
            case .exists:
                throw self.refusal(
                    "The table \(self.schema.name) exists in \(region) and not in the primary, \(self.primary): make "
                        + "\(region) the primary."
                )
            }
        }
        return .change(.createTable(self.primary))
    }

    /// Checks what cannot be changed, or not without somebody's decision.
    private func check(_ table: TableDescription) throws(RegionError) {
        if let problem = table.keyProblem(self.schema, in: self.primary) {
            throw self.refusal(
                "The table \(self.schema.name) is another one: \(problem). Keys cannot be changed; use another name."
            )
        }
        for index in self.schema.indexes {
            guard let problem = table.problem(of: index) else { continue }
            throw self.refusal("In \(self.primary) the index \(index.name) \(problem); `regionctl verify` tells more.")
        }
        if let version = table.version, version != "2019.11.21" {
            throw self.refusal("The table is a global one of version \(version); update it to 2019.11.21 first.")
        }
    }

    private func streamOrReplica(
        _ table: TableDescription,
        _ states: [Region: TableState],
        _ asked: GlobalTable.Change?
    ) throws(RegionError) -> Action? {
        // Replication of the strong mode needs no stream.
        if table.consistencyMode == .eventual, table.streamViewType != "NEW_AND_OLD_IMAGES" {
            guard let type = table.streamViewType else { return .change(.enableStream(self.primary)) }
            throw self.refusal(
                "The stream in \(self.primary) holds \(type), replication needs NEW_AND_OLD_IMAGES: turn it off, which "
                    + "ends what reads it, and run the set-up again."
            )
        }
        guard let region = self.replicas.first(where: { table.replica(in: $0) == nil }) else { return nil }
        guard table.consistencyMode == .eventual else {
            throw self.refusal("The table is of mode MRSC, whose regions cannot be changed: \(region) cannot be added.")
        }
        switch states[region] ?? .missing {
        case .missing: return .change(.addReplica(region))
        case .unknown(let error): return .blocked(error)
        case .exists(let other):
            // The primary's list may be behind.
            if other.status == "CREATING" || other.replica(in: self.primary) != nil || asked == .addReplica(region) {
                return .wait(region, status: other.status)
            }
            throw self.refusal(
                "\(region) has a table \(self.schema.name) of its own, which is no replica of that in \(self.primary): "
                    + "move its items, delete it, and run the set-up again.",
                in: region
            )
        }
    }

    private func timeToLive(_ table: TableDescription) throws(RegionError) -> Action {
        guard let attribute = self.schema.timeToLiveAttribute else { return .done }
        switch table.timeToLive {
        case .failure(let error): return .blocked(error)
        case .success(let found) where found.isOn && found.attribute == attribute: return .done
        case .success(let found) where found.isOn:
            throw self.refusal(
                "Items expire by the attribute \(found.attribute ?? "?"), the schema says \(attribute): disable that first."
            )
        case .success(let found) where found.status == "DISABLING":
            throw self.refusal(
                "The time to live is being disabled, which takes up to an hour; run the set-up again afterwards.",
                .unavailable
            )
        case .success: return .change(.enableTimeToLive(attribute: attribute))
        }
    }

    private func refusal(_ message: String, _ code: ErrorCode = .validation, in region: Region? = nil) -> RegionError {
        RegionError(code, message, region: region ?? self.primary)
    }
}
