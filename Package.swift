// swift-tools-version: 6.2
import PackageDescription

// The architecture, bottom to top. A module may use only strictly lower layers, so two siblings
// (a metric and a model, say) can never meet. Change the table, and the build checks the arrow.

enum Layer: Int {
  case library, native, foundation, domain, learning, harness, tool
}

enum Language {
  /// A system library found through pkg-config, named as pkg-config and as Debian name it.
  case system(pkgConfig: String, debian: String)
  /// C or C++ of ours, linked against the named libraries.
  case native(links: [String])
  case swift
}

struct Module {
  var name: String
  var layer: Layer
  var language: Language = .swift
  var uses: [String] = []
  /// What its test bundle uses beside the module itself; `nil` where it has no bundle.
  var testsUse: [String]? = []
}

let modules: [Module] = [
  Module(
    name: "HDF5Library", layer: .library,
    language: .system(pkgConfig: "hdf5", debian: "libhdf5-dev"), testsUse: nil),

  Module(name: "CKernels", layer: .library, language: .native(links: []), testsUse: nil),

  Module(
    name: "CTorch", layer: .native, language: .native(links: ["torch_cpu", "c10"]),
    uses: ["CKernels"], testsUse: nil),
  Module(
    name: "CHDF5", layer: .native, language: .native(links: ["hdf5_hl"]), uses: ["HDF5Library"],
    testsUse: nil),
  Module(
    name: "CXGBoost", layer: .native, language: .native(links: ["xgboost"]), testsUse: nil),
  Module(name: "CLinear", layer: .native, language: .native(links: ["linear"]), testsUse: nil),
  Module(name: "CSVM", layer: .native, language: .native(links: ["svm"]), testsUse: nil),
  Module(name: "CGzip", layer: .native, language: .native(links: ["z"]), testsUse: nil),
  Module(name: "CDigest", layer: .native, language: .native(links: ["crypto"]), testsUse: nil),

  Module(name: "Torch", layer: .foundation, uses: ["CTorch"]),
  Module(name: "HDF5", layer: .foundation, uses: ["CHDF5"]),
  Module(name: "Trees", layer: .foundation, uses: ["CXGBoost"]),
  Module(name: "SupportVectors", layer: .foundation, uses: ["CLinear", "CSVM"]),
  Module(name: "Gzip", layer: .foundation, uses: ["CGzip"]),
  Module(name: "Digest", layer: .foundation, uses: ["CDigest"]),
  Module(name: "Market", layer: .foundation, testsUse: ["TestSupport"]),

  Module(name: "Splits", layer: .domain, uses: ["Market"], testsUse: ["Market"]),
  Module(
    name: "Metrics", layer: .domain, uses: ["Market"], testsUse: ["Market", "Gzip", "TestSupport"]),
  Module(
    name: "Datasets", layer: .domain, uses: ["Market", "HDF5", "Gzip", "Digest"],
    testsUse: ["Market", "HDF5", "TestSupport"]),
  Module(
    name: "Networks", layer: .domain, uses: ["Market", "Torch"], testsUse: ["Market", "Torch"]),

  Module(
    name: "Models", layer: .learning,
    uses: ["Market", "Networks", "Torch", "Trees", "SupportVectors", "HDF5", "Digest"],
    testsUse: ["Market", "Torch", "Trees", "HDF5", "TestSupport"]),

  Module(
    name: "Generators", layer: .learning,
    uses: ["Market", "Metrics", "Datasets", "Networks", "Torch", "Digest"],
    testsUse: ["Market", "Metrics", "Datasets", "Networks", "Torch", "TestSupport"]),

  Module(
    name: "Harness", layer: .harness,
    uses: [
      "Market", "Splits", "Metrics", "Datasets", "Networks", "Models", "Generators", "Torch",
      "HDF5",
      "Digest", "Trees", "SupportVectors",
    ],
    testsUse: [
      "Market", "Splits", "Metrics", "Datasets", "Models", "Generators", "TestSupport",
    ]),
]

// MARK: - The rule

let layers = Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0.layer) })
for module in modules {
  for used in module.uses {
    guard let layer = layers[used] else { fatalError("\(module.name) uses unknown \(used)") }
    precondition(layer.rawValue < module.layer.rawValue, "\(module.name) → \(used) goes up")
  }
}

// MARK: - Settings

/// `LIBTORCH` names a libtorch other than the distribution's: a folder with `include` and `lib`.
let libtorch = Context.environment["LIBTORCH"]

/// SwiftPM refuses flags of its own making in packages that others fetch.
let isFetched = Context.packageDirectory.contains("/checkouts/")

let swiftSettings: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// What computes is optimised in debug builds as well, and keeps its assertions: tests train every family.
let optimised: [SwiftSetting] =
  swiftSettings
  + (isFetched
    ? [] : [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))])

func dependencies(_ names: [String]) -> [Target.Dependency] {
  names.map { .init(stringLiteral: $0) }
}

func target(for module: Module) -> Target {
  switch module.language {
  case .system(let pkgConfig, let debian):
    return .systemLibrary(
      name: module.name, pkgConfig: pkgConfig, providers: [.apt([debian])])
  case .native(let links):
    var cxx: [CXXSetting] = [.treatAllWarnings(as: .error)]
    var linker: [LinkerSetting] = links.map { .linkedLibrary($0) }
    if module.name == "CTorch", let libtorch {
      cxx.append(.unsafeFlags(["-isystem", "\(libtorch)/include"]))
      let rpath = ["-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]
      linker.append(.unsafeFlags(["-L\(libtorch)/lib"] + rpath))
    }
    if module.name == "CKernels", !isFetched {
      // Vectors that are no registers make a test's training steps take minutes.
      cxx.append(.unsafeFlags(["-O2"], .when(configuration: .debug)))
    }
    return .target(
      name: module.name, dependencies: dependencies(module.uses),
      cSettings: [.treatAllWarnings(as: .error)], cxxSettings: cxx, linkerSettings: linker)
  case .swift:
    return .target(
      name: module.name, dependencies: dependencies(module.uses), swiftSettings: optimised)
  }
}

func tests(for module: Module) -> Target? {
  guard let extra = module.testsUse else { return nil }
  return .testTarget(
    name: "\(module.name)Tests", dependencies: dependencies([module.name] + extra),
    resources: goldens(of: module.name), swiftSettings: swiftSettings)
}

/// Bundles whose committed goldens lie in a `Goldens` folder beside their tests.
func goldens(of name: String) -> [Resource] {
  ["Metrics", "Datasets", "Splits", "Models", "Generators", "Trees", "SupportVectors"].contains(
    name)
    ? [.copy("Goldens")] : []
}

let package = Package(
  name: "qbench",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "qbench", targets: ["qbench"]),
    .library(name: "QBench", targets: ["Harness"]),
    // What the nested package benchmarks/speed times.
    .library(
      name: "QBenchParts",
      targets: ["Market", "Metrics", "Datasets", "Networks", "Models", "Torch"]),
  ],
  targets: modules.map(target(for:)) + modules.compactMap(tests(for:)) + [
    .executableTarget(
      name: "qbench",
      dependencies: [
        "Market", "Datasets", "Metrics", "Models", "Generators", "Harness", "Torch", "HDF5",
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "TestSupport", dependencies: ["Market"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["qbench", "TestSupport"], swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  // libtorch's headers: 1.13 does not compile as C++20, 2.15 does not as C++17.
  cxxLanguageStandard: libtorch == nil ? .cxx17 : .cxx20
)
