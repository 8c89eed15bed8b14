// swift-tools-version: 6.2
import PackageDescription

// A peer of its own, so that the other benchmarks need no Swift package.
let package = Package(
    name: "grdb",
    dependencies: [.package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")],
    targets: [
        .executableTarget(name: "grdb", dependencies: [.product(name: "GRDB", package: "GRDB.swift")])
    ]
)
