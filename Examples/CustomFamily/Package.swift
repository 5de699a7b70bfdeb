// swift-tools-version: 6.2
import PackageDescription

// A family of one's own, in a package of one's own, against all the others.
let package = Package(
  name: "CustomFamily",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "qbench", path: "../..")],
  targets: [
    .executableTarget(
      name: "CustomFamily", dependencies: [.product(name: "QBench", package: "qbench")])
  ]
)
