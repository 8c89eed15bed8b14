internal import RegionKitCore

extension ScenarioFault {
    /// How a kind's own value is read.
    private enum Form {
        case plain(Kind)
        case by(@Sendable (Duration) -> Kind, from: Duration = .zero)
        case share(@Sendable (Double) -> Kind)

        var kind: Kind {
            switch self {
            case .plain(let kind): kind
            case .by(let make, _): make(.zero)
            case .share(let make): make(0)
            }
        }

        /// The field of the value; nil for none.
        var field: String? {
            switch self {
            case .plain: nil
            case .by: "by"
            case .share: "share"
            }
        }
    }

    private static let forms: [Form] = [
        .plain(.outage), .plain(.nameVanishes), .plain(.blackhole), .by(Kind.slow), .share(Kind.errors),
        .plain(.readOnly), .share(Kind.throttled), .by(Kind.lateWrites),
        .by(Kind.clockSkew, from: .zero - Scenario.day),
        // Shorter ones nobody can notice.
        .by(Kind.flapping, from: .milliseconds(100)), .by(Kind.linkLag), .plain(.linkCut), .plain(.evacuation),
        .plain(.clientRestart),
    ]

    /// Reads one fault.
    ///
    /// - Parameters:
    ///   - field: The object.
    ///   - regions: The scenario's regions.
    ///   - groups: The names of its groups of clients.
    ///   - end: How long clients send operations.
    init(
        _ field: ConfigurationField,
        regions: [Region],
        groups: [String],
        end: Duration
    ) throws(ConfigurationError) {
        let fields = try field.members(["kind", "in", "to", "at", "for", "clients", "by", "share"])
        let form = try fields.required("kind", in: field, "what happens, for example \"outage\"")
            .choice(Self.forms.map { ($0.kind.name, $0) })
        let allowed = Self.fields(of: form)
        if let unwanted = fields.keys.sorted().first(where: { !allowed.contains($0) }) {
            throw ConfigurationError(
                field: "\(field.path).\(unwanted)",
                "a fault of the kind \(form.kind.name) has none; it takes \(allowed.joined(separator: ", "))"
            )
        }
        let start = try fields.required("at", in: field, "when it begins, for example \"60s\"")
            .duration(in: .zero...end, "from 0s to the scenario's duration")
        self.init(
            try Self.kind(form, field, fields),
            in: try fields["in"].map { field throws(ConfigurationError) in try field.region(of: regions) },
            to: try fields["to"].map { field throws(ConfigurationError) in try field.region(of: regions) },
            at: start,
            for: try fields["for"].map { field throws(ConfigurationError) in try field.positiveDuration() },
            clients: try fields["clients"].map { field throws(ConfigurationError) in
                try field.choice(groups.map { ($0, $0) })
            }
        )
        if let to = fields["to"], self.peer == self.region { throw to.error("another region than the one in \"in\"") }
    }

    private static func fields(of form: Form) -> [String] {
        let own = form.field.map { [$0] } ?? []
        return switch form.kind {
        case .clientRestart: ["kind", "at", "clients"]
        case .linkLag, .linkCut: ["kind", "at", "for", "in", "to"] + own
        case .clockSkew: ["kind", "at", "for", "in"] + own
        default: ["kind", "at", "for", "in", "clients"] + own
        }
    }

    private static func kind(
        _ form: Form,
        _ owner: ConfigurationField,
        _ fields: [String: ConfigurationField]
    ) throws(ConfigurationError) -> Kind {
        switch form {
        case .plain(let kind):
            return kind
        case .share(let make):
            return make(try fields.required("share", in: owner, "a number from 0 to 1").share())
        case .by(let make, let least):
            let field = try fields.required("by", in: owner, "how long, for example \"2s\"")
            guard least <= .zero else {
                return make(try field.duration(in: least...Scenario.day, "from 100ms to 24h"))
            }
            return make(least < .zero ? try field.signedDuration() : try field.positiveDuration())
        }
    }
}
