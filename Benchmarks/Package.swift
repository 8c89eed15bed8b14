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
        )
    ]
)
