public import RegionKitCore

extension PolicyRegistry {
    /// The policies that can be named in a configuration file: `primary-first` and `latency`.
    public static let standard = {
        var registry = PolicyRegistry()
        registry.register("latency", .latency)
        return registry
    }()
}
