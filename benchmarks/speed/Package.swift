// swift-tools-version: 6.2
import PackageDescription

// Timings of qbench's own code, compared with the Python peers by the scripts beside this file.
// A package of its own, so that nobody who only uses qbench builds it.

let package = Package(
  name: "speed",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "qbench", path: "../..")],
  targets: [
    .executableTarget(
      name: "speed", dependencies: [.product(name: "QBenchParts", package: "qbench")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ],
  swiftLanguageModes: [.v6]
)
