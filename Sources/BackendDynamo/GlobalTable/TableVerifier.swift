internal import RegionKitCore

/// Judges what the regions say; pure.
struct TableVerifier {
    let schema: TableSchema
    /// The primary first.
    let facts: [RegionFacts]
    /// What the AWS command line is told beside the region.
    let options: [Region: [String]]

    /// A judgement without the subject.
    private struct Finding {
        var outcome: TableCheck.Outcome
        var text: String
        var fix: String?
        var request: (ControlRequest, in: Region)?

        static func pass(_ text: String) -> Finding { Finding(outcome: .pass, text: text) }

        static func warn(_ text: String, _ fix: String, _ request: (ControlRequest, in: Region)? = nil) -> Finding {
            Finding(outcome: .warn, text: text, fix: fix, request: request)
        }

        static func fail(_ text: String, _ fix: String, _ request: (ControlRequest, in: Region)? = nil) -> Finding {
            Finding(outcome: .fail, text: text, fix: fix, request: request)
        }
    }

    private typealias Table = TableDescription

    private var name: String { self.schema.name }
    private var primary: Region { self.facts[0].region }
    /// The region whose word counts for the whole: the primary, or the first that gave its own.
    private var view: (region: Region, table: Table)? {
        self.facts.lazy.compactMap { facts in facts.state.description.map { (facts.region, $0) } }.first
    }

    var checks: [TableCheck] {
        self.each(.table, self.table) + self.whole(.version, self.version) + self.eachTable(.keys, self.keys)
            + self.eachTable(.indexes, self.indexes) + self.eachTable(.capacity, self.capacity)
            + self.eachTable(.stream, self.stream) + self.replicas + self.eachTable(.timeToLive, self.timeToLive)
            + self.whole(.consistency, self.consistency) + self.each(.permissions, self.permissions)
            + self.eachTable(.backups, self.backups) + self.eachTable(.deletionProtection, self.deletionProtection)
    }

    // MARK: - Rows

    private func row(_ subject: TableCheck.Subject, _ region: Region?, _ finding: Finding) -> TableCheck {
        TableCheck(
            subject: subject,
            outcome: finding.outcome,
            region: region,
            found: finding.text,
            fix: finding.fix,
            commandLine: finding.request.map { $0.commandLine(in: $1, options: self.options[$1] ?? []) }
        )
    }

    /// A row where all regions pass, else one for each that does not.
    private func each(_ subject: TableCheck.Subject, _ judge: (RegionFacts) -> Finding?) -> [TableCheck] {
        let findings = self.facts.compactMap { facts in judge(facts).map { (facts.region, $0) } }
        let problems = findings.filter { $0.1.outcome != .pass }
        guard problems.isEmpty else { return problems.map { self.row(subject, $0, $1) } }
        return findings.prefix(1).map { self.row(subject, nil, $1) }
    }

    private func eachTable(
        _ subject: TableCheck.Subject,
        _ judge: (RegionFacts, Table) -> Finding?
    ) -> [TableCheck] {
        self.each(subject) { facts in facts.state.description.flatMap { judge(facts, $0) } }
    }

    private func whole(_ subject: TableCheck.Subject, _ judge: (Table) -> Finding?) -> [TableCheck] {
        self.view.flatMap { judge($0.table) }.map { [self.row(subject, nil, $0)] } ?? []
    }

    // MARK: - Checks

    private func table(_ facts: RegionFacts) -> Finding? {
        switch facts.state {
        case .exists(let table):
            switch table.status {
            case "ACTIVE": return .pass("\(self.name) is there and ACTIVE")
            case "CREATING", "UPDATING":
                return .warn("it is \(table.status)", "Wait: `regionctl setup` does, and tells how far it is.")
            default:
                let look = (ControlRequest.describeTable(self.name), in: facts.region)
                return .fail("it is \(table.status)", "End the cause; the table does not serve.", look)
            }
        case .missing where facts.region == self.primary && self.view != nil:
            let other = self.view?.region ?? self.primary
            return .fail(
                "there is no table \(self.name), but \(other) has one",
                "Make \(other) the primary and run `regionctl setup`, or add the replica: a second table of that name could "
                    + "never become one.",
                (.addReplica(facts.region, to: self.name), in: other)
            )
        case .missing where facts.region == self.primary:
            let create = (ControlRequest.createTable(self.schema), in: facts.region)
            return .fail("there is no table \(self.name)", "Run `regionctl setup`, or create the table.", create)
        case .missing:
            let add = (ControlRequest.addReplica(facts.region, to: self.name), in: self.primary)
            return .fail("there is no table \(self.name)", "Run `regionctl setup`, or add the replica.", add)
        case .unknown(let error) where error.code == .accessDenied:
            return .fail(
                "it may not be asked: \(error.message)",
                "Allow dynamodb:DescribeTable on the table there, or correct the credentials.",
                (.describeTable(self.name), in: facts.region)
            )
        case .unknown(let error):
            return .fail(
                "it cannot be reached: \(error.message)",
                "Look at the network, the region's name and its endpoint; nothing else was checked there.",
                (.describeTable(self.name), in: facts.region)
            )
        }
    }

    private func version(_ table: Table) -> Finding? {
        guard let version = table.version else { return nil }
        guard version != "2019.11.21" else { return .pass("global tables \(version)") }
        let fix = "Update the global table to version 2019.11.21 in the console: RegionKit knows no other."
        return .fail("global tables \(version)", fix)
    }

    private func keys(_ facts: RegionFacts, _ table: Table) -> Finding? {
        guard let problem = table.keyProblem(self.schema, in: facts.region) else { return .pass("the schema's") }
        return .fail(problem, "Keys cannot be changed: correct the configuration, or use a table of another name.")
    }

    private func indexes(_ facts: RegionFacts, _ table: Table) -> Finding? {
        for index in self.schema.indexes {
            guard let problem = table.problem(of: index) else { continue }
            guard table.indexes.contains(where: { $0.keys.name == index.name }) else {
                let add = (ControlRequest.addIndex(index, to: self.name), in: facts.region)
                return .fail("\(index.name) \(problem)", "Add it in one region; DynamoDB adds it in the others.", add)
            }
            return .fail(
                "\(index.name) \(problem)",
                "Delete the index and create it anew, or correct the configuration."
            )
        }
        let names = Set(table.indexes.map(\.keys))
        if let view = self.view, names != Set(view.table.indexes.map(\.keys)) {
            return .fail(
                "they differ from those in \(view.region)",
                "Every replica needs the same indexes: create what is missing, delete what nobody uses.",
                (.describeTable(self.name), in: facts.region)
            )
        }
        if let index = table.indexes.first(where: { $0.status != "ACTIVE" }) {
            return .warn("\(index.keys.name) is \(index.status)", "Wait: queries of it fail or find too little.")
        }
        let more = names.count - self.schema.indexes.count
        return .pass("\(self.schema.indexes.count) of the schema's" + (more > 0 ? ", \(more) more" : ""))
    }

    private func capacity(_ facts: RegionFacts, _ table: Table) -> Finding? {
        guard table.billingMode == .provisioned else { return .pass("on demand") }
        return .warn(
            "provisioned",
            "Use capacity on demand, or auto scaling of write capacity in every region: after a failover one region "
                + "carries the load of two, and replicated writes need capacity too.",
            (.useOnDemandCapacity(self.name), in: facts.region)
        )
    }

    private func stream(_ facts: RegionFacts, _ table: Table) -> Finding? {
        if table.streamViewType == "NEW_AND_OLD_IMAGES" { return .pass("NEW_AND_OLD_IMAGES") }
        if table.consistencyMode == .strong { return .pass("none; MRSC needs none") }
        let enable = (ControlRequest.enableStream(self.name), in: facts.region)
        guard let type = table.streamViewType else {
            let fix = "Run `regionctl setup`, or enable the stream."
            return self.facts.count > 1 ? .fail("off", fix, enable) : .warn("off; replicas would need it", fix, enable)
        }
        return .fail(
            type,
            "Turn the stream off, which ends what reads it, and enable it with NEW_AND_OLD_IMAGES.",
            enable
        )
    }

    private var replicas: [TableCheck] {
        guard let (viewer, table) = self.view, self.facts.count > 1 || !table.replicas.isEmpty else { return [] }
        var rows: [TableCheck] = []
        for region in self.facts.map(\.region) where region != viewer {
            let finding: Finding
            let replica = table.replica(in: region)
            switch replica?.status {
            case "ACTIVE": continue
            case nil:
                finding = .fail(
                    "\(viewer) has no replica there",
                    "Run `regionctl setup`, or add the replica; a table of that name that is there must go first.",
                    (.addReplica(region, to: self.name), in: viewer)
                )
            case "CREATING", "UPDATING":
                let percent = replica?.percentProgress.map { ", \($0) %" } ?? ""
                finding = .warn("it is \(replica?.status ?? "")\(percent)", "Wait: `regionctl setup` does.")
            case let status?:
                let reason = replica?.statusDescription.map { ": \($0)" } ?? ""
                finding = .fail(
                    "it is \(status)\(reason)",
                    "End the cause. A replica that failed is removed by this, with what it holds, and added anew.",
                    (.removeReplica(region, from: self.name), in: viewer)
                )
            }
            rows.append(self.row(.replicas, region, finding))
        }
        for replica in table.replicas where !self.facts.contains(where: { $0.region == replica.region }) {
            let finding = Finding.warn(
                "a replica that the configuration lacks, \(replica.status)",
                "Add the region to the configuration; or remove the replica, which deletes what it holds.",
                (.removeReplica(replica.region, from: self.name), in: viewer)
            )
            rows.append(self.row(.replicas, replica.region, finding))
        }
        let names = table.replicas.map(\.region.name).joined(separator: ", ")
        return rows.isEmpty ? [self.row(.replicas, nil, .pass("ACTIVE in \(names)"))] : rows
    }

    private func timeToLive(_ facts: RegionFacts, _ table: Table) -> Finding? {
        let wanted = self.schema.timeToLiveAttribute
        switch table.timeToLive {
        case .failure(let error):
            return .warn("not known: \(error.message)", "Allow dynamodb:DescribeTimeToLive there.")
        case .success(let found) where found.isOn && found.attribute == wanted:
            return .pass("\(found.status), attribute \(wanted ?? "")")
        case .success(let found) where found.isOn:
            let text = "items expire by \(found.attribute ?? "?"), the schema says \(wanted ?? "that they don't")"
            let fix = "Correct the configuration, or the table's setting."
            return wanted == nil ? .warn(text, fix) : .fail(text, fix)
        case .success(let found):
            guard let wanted else { return .pass("none") }
            guard table.consistencyMode == .eventual else {
                return .fail(
                    "MRSC tables have none",
                    "Leave `ttl` out of the configuration, or use a table of mode MREC."
                )
            }
            let enable = (ControlRequest.enableTimeToLive(wanted, of: self.name), in: self.primary)
            return .fail(
                "\(found.status), the schema says \(wanted)",
                "Run `regionctl setup`, or enable it; expired items are hidden, and stay stored until then.",
                enable
            )
        }
    }

    private func consistency(_ table: Table) -> Finding? {
        guard table.consistencyMode == .strong else {
            return .pass(
                table.replicas.isEmpty
                    ? "one region"
                    : "MREC: a consistent read sees the writes of its own region, those of others within a second or so"
            )
        }
        let count = 1 + table.replicas.count + table.witnesses.count
        guard count == 3 else {
            return .fail(
                "MRSC in \(count) regions",
                "MRSC needs exactly three: three replicas, or two and a witness; the mode cannot be changed later."
            )
        }
        return .pass("MRSC: a consistent read sees the writes of all regions; there are no transactions")
    }

    private func permissions(_ facts: RegionFacts) -> Finding? {
        guard !facts.trials.isEmpty else { return nil }
        let denied = facts.trials.filter(\.isDenied).map { "dynamodb:\($0.action)" }
        if let error = facts.trials.first(where: \.isDenied)?.error {
            let actions = denied.joined(separator: ", ")
            return .fail("denied: \(actions). \(error.message)", "Allow \(actions) on the table there.")
        }
        if let trial = facts.trials.first(where: { $0.error != nil }) {
            return .warn("\(trial.action) was not answered: \(trial.error?.message ?? "")", "Run it again.")
        }
        let tried = facts.trials.map(\.action).joined(separator: ", ")
        return .pass("\(tried) are allowed; \(PermissionTrial.untried) cannot be tried")
    }

    private func backups(_ facts: RegionFacts, _ table: Table) -> Finding? {
        switch facts.backups {
        case nil: return nil
        case .success(true): return .pass("point-in-time recovery is on")
        case .success(false):
            let enable = (ControlRequest.enableContinuousBackups(self.name), in: facts.region)
            return .warn(
                "point-in-time recovery is off",
                "Turn it on: replicas are no backup, a wrong write reaches all.",
                enable
            )
        case .failure(let error):
            return .warn("not known: \(error.message)", "Allow dynamodb:DescribeContinuousBackups there.")
        }
    }

    private func deletionProtection(_ facts: RegionFacts, _ table: Table) -> Finding? {
        guard !table.isDeletionProtected else { return .pass("on") }
        let protect = (ControlRequest.protectFromDeletion(self.name), in: facts.region)
        return .warn("off", "Turn it on, so that nobody deletes the table by mistake.", protect)
    }
}
