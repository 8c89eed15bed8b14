// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .treatWarning("ExplicitSendable", as: .error),
]

let package = Package(
    name: "RegionKit",
    products: [
        .library(name: "RegionKitCore", targets: ["RegionKitCore"]),
        .library(name: "Policies", targets: ["Policies"]),
        .library(name: "BackendSQLite", targets: ["BackendSQLite"]),
        .library(name: "BackendDynamo", targets: ["BackendDynamo"]),
        .library(name: "BackendRedis", targets: ["BackendRedis"]),
        .library(name: "RegionKitTesting", targets: ["RegionKitTesting"]),
        .library(name: "Worksets", targets: ["Worksets"]),
        .executable(name: "regionctl", targets: ["regionctl"]),
    ],
    targets: [
        .target(name: "RegionKitCore", swiftSettings: settings),
        .target(name: "Policies", dependencies: ["RegionKitCore"], swiftSettings: settings),
        .systemLibrary(
            name: "CSQLite",
            path: "Sources/BackendSQLite/CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(
            name: "BackendSQLite",
            dependencies: ["RegionKitCore", "CSQLite"],
            exclude: ["CSQLite"],
            swiftSettings: settings
        ),
        .systemLibrary(
            name: "CCurl",
            path: "Sources/BackendDynamo/CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .target(
            name: "BackendDynamo",
            dependencies: ["RegionKitCore", "CCurl"],
            exclude: ["CCurl"],
            swiftSettings: settings
        ),
        // Without pkgConfig: Debian's file for hiredis names a flag that packages may not use.
        .systemLibrary(
            name: "CHiredis",
            path: "Sources/BackendRedis/CHiredis",
            providers: [.apt(["libhiredis-dev"])]
        ),
        .target(
            name: "BackendRedis",
            dependencies: ["RegionKitCore", "CHiredis", "CCurl"],
            exclude: ["CHiredis"],
            swiftSettings: settings
        ),
        .target(
            name: "RegionKitTesting",
            dependencies: ["RegionKitCore"],
            path: "Tests/RegionKitTesting",
            swiftSettings: settings
        ),
        .target(
            name: "Worksets",
            dependencies: ["RegionKitCore"],
            path: "Examples/Worksets",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "regionctl",
            dependencies: [
                "RegionKitCore", "Policies", "BackendSQLite", "BackendDynamo", "BackendRedis", "Worksets",
                "RegionKitTesting",
            ],
            path: "Examples/regionctl",
            exclude: ["README.md", "regionkit-replicate.service"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Quickstart",
            dependencies: ["RegionKitCore", "BackendSQLite"],
            path: "Examples/Quickstart",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CustomBackend",
            dependencies: ["RegionKitCore", "RegionKitTesting"],
            path: "Examples/CustomBackend",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CustomPolicy",
            dependencies: ["RegionKitCore", "Policies", "RegionKitTesting"],
            path: "Examples/CustomPolicy",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sqlite-torture",
            dependencies: ["RegionKitCore", "BackendSQLite", "RegionKitTesting"],
            path: "Tests/Support/SQLiteTorture",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "redis-torture",
            dependencies: ["RegionKitCore", "BackendRedis", "RegionKitTesting"],
            path: "Tests/Support/RedisTorture",
            swiftSettings: settings
        ),
        .testTarget(
            name: "RegionKitCoreTests",
            dependencies: ["RegionKitCore", "RegionKitTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PoliciesTests",
            dependencies: ["RegionKitCore", "Policies", "RegionKitTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BackendSQLiteTests",
            dependencies: ["RegionKitCore", "BackendSQLite", "RegionKitTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BackendDynamoTests",
            dependencies: ["RegionKitCore", "BackendDynamo", "RegionKitTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BackendRedisTests",
            dependencies: ["RegionKitCore", "BackendRedis", "RegionKitTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WorksetsTests",
            dependencies: ["RegionKitCore", "Worksets", "RegionKitTesting", "BackendSQLite"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RegionctlTests",
            dependencies: [
                "RegionKitCore", "BackendSQLite", "BackendDynamo", "Worksets", "RegionKitTesting", "regionctl",
            ],
            exclude: ["Schemas"],
            swiftSettings: settings
        ),
    ]
)
