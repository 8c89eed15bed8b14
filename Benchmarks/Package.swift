// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let core = Target.Dependency.product(name: "RegionKitCore", package: "RegionKit")

let package = Package(
    name: "RegionKitBenchmarks",
    dependencies: [.package(name: "RegionKit", path: "..")],
    targets: [
        .executableTarget(name: "codec", dependencies: [core], path: "codec", swiftSettings: settings),
        .executableTarget(
            name: "core",
            dependencies: [core, .product(name: "Policies", package: "RegionKit")],
            path: "core",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "dynamo",
            dependencies: [core, .product(name: "BackendDynamo", package: "RegionKit")],
            path: "dynamo",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "redis",
            dependencies: [core, .product(name: "BackendRedis", package: "RegionKit")],
            path: "redis",
            swiftSettings: settings
        ),
        .target(name: "SQLitePeer", path: "sqlite-peer", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "sqlite",
            dependencies: [core, .product(name: "BackendSQLite", package: "RegionKit"), "SQLitePeer"],
            path: "sqlite",
            swiftSettings: settings
        ),
    ]
)
