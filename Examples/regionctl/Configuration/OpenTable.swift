internal import RegionKitCore

/// A configured table, opened for a command.
struct OpenTable: Sendable {
    let configuration: DeploymentConfiguration
    let deployment: Deployment
    let store: MultiRegionStore
}
