extension ScenarioFault.Kind {
    /// Its name in a scenario file: `name-vanishes`.
    public var name: String {
        switch self {
        case .outage: "outage"
        case .nameVanishes: "name-vanishes"
        case .blackhole: "blackhole"
        case .slow: "slow"
        case .errors: "errors"
        case .readOnly: "read-only"
        case .throttled: "throttled"
        case .lateWrites: "late-writes"
        case .clockSkew: "clock-skew"
        case .flapping: "flapping"
        case .linkLag: "link-lag"
        case .linkCut: "link-cut"
        case .evacuation: "evacuation"
        case .clientRestart: "client-restart"
        }
    }
}
