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

let package = Package(
    name: "RegionKitBenchmarks",
    dependencies: [.package(name: "RegionKit", path: "..")],
    targets: [
        .executableTarget(
            name: "codec",
            dependencies: [.product(name: "RegionKitCore", package: "RegionKit")],
            path: "codec",
            swiftSettings: settings
        ),
        .target(name: "SQLitePeer", path: "sqlite-peer", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "sqlite",
            dependencies: [
                .product(name: "RegionKitCore", package: "RegionKit"),
                .product(name: "BackendSQLite", package: "RegionKit"), "SQLitePeer",
            ],
            path: "sqlite",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "core",
            dependencies: [
                .product(name: "RegionKitCore", package: "RegionKit"),
                .product(name: "Policies", package: "RegionKit"),
            ],
            path: "core",
            swiftSettings: settings
        ),
    ]
)
