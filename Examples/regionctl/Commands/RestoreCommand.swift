internal import RegionKitCore

extension Command {
    static let restore = Command(
        "restore",
        "Ends manual control of a region: what evacuate or prefer decided.",
        discussion: """
            Running stores of this configuration obey within 200 ms; the traffic returns in steps, as after a failure.
            """,
        operands: ["R"],
        examples: ["regionctl restore us-west-2"]
    ) { invocation in
        try invocation.control { control, region, _, _ in
            let wasEvacuated = control.evacuated.remove(region) != nil
            let wasPreferred = control.preferred?.region == region
            if wasPreferred { control.preferred = nil }
            switch (wasEvacuated, wasPreferred) {
            case (false, false): return "\(region) was neither evacuated nor preferred; nothing was changed."
            case (true, false): return "\(region) is not evacuated any more."
            case (false, true): return "\(region) is not preferred any more."
            case (true, true): return "\(region) is neither evacuated nor preferred any more."
            }
        }
    }
}
