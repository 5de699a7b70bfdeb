import Datasets
import Digest
import Foundation
import Generators
import Market
import Torch

/// What `qbench generate` is asked for: a generator, the market it learns from, and what to make.
public struct GenerationSpec: Codable, Sendable, Equatable {
  /// A registry id, or the path of a generator stored before.
  public var generator: String
  /// Whole or in part; the rest has its defaults.
  public var hyperparameters = JSONValue.object([:])
  /// A catalogue name or the path of an HDF5 panel.
  public var dataset = "reference"
  /// The dates to learn from, such as `2009-05-01:2018-12-31`; `nil` for all.
  public var dates: String?
  /// The share of those dates, the last ones, that training watches and does not learn from; 0 for none.
  public var watched = 0.2
  public var scenario: Scenario?
  /// Between what is usual in the market, 0, and the scenario, 1, up to 3.
  public var severity = 1.0
  public var paths = 1
  /// `nil`: 250, or the horizon of the scenario.
  public var days: Int?
  /// So many that nobody has seen; `nil` for the assets of the market.
  public var newAssets: Int?
  /// The root of every random stream.
  public var seed: UInt64 = 20_240_101
  public var device = "cpu"

  public init(generator: String) { self.generator = generator }

  /// The share that a file of samples says was watched; the default where it says nothing.
  static func watched(in metadata: FileMetadata) -> Double {
    struct Part: Decodable { var watched: Double? }
    let part = try? JSONDecoder().decode(Part.self, from: Data(metadata.spec.utf8))
    return part?.watched ?? Self(generator: "").watched
  }

  /// - Throws: `SpecError` naming the key and what would be accepted.
  public func validate() throws(SpecError) {
    func check(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(SpecError) {
      if !holds { throw .invalid(key: key, value: "\(value)", accepted: accepted) }
    }
    try check((1...100_000).contains(paths), "paths", paths, "1 to 100000")
    if let days { try check((1...1_000_000).contains(days), "days", days, "1 to 1000000") }
    if let newAssets {
      try check((1...10_000).contains(newAssets), "assets", newAssets, "1 to 10000")
    }
    try check(severity >= 0 && severity <= 3, "severity", severity, "0 to 3")
    try check(watched >= 0 && watched <= 0.5, "watched", watched, "0 to 0.5")
    try scenario?.validate()
    guard let device = Device(device), (try? TorchRuntime.require(device)) != nil else {
      throw .invalid(
        key: "device", value: "'\(self.device)'",
        accepted: "cpu, or a device that 'qbench doctor' lists")
    }
  }
}

/// Fits a generator to a market, or takes a stored one, and writes sampled paths to HDF5.
public struct Generation {
  public let spec: GenerationSpec
  /// The most values that are held in memory at once: about 4 GB.
  static let largest = 1_000_000_000

  /// Returns among the training dates that an asset must have to take part.
  static let fewestReturns = 60

  public init(_ spec: GenerationSpec) { self.spec = spec }

  /// What was written, for people and programs.
  public struct Report: Codable, Sendable, Equatable {
    public var generator: String
    public var file: String
    public var contentSHA256: String
    public var paths: Int
    public var days: Int
    public var assets: Int
    public var seed: UInt64
    public var notes: [String: Double]
    /// Assets of the market with too few returns on training dates to learn from.
    public var leftOut: [String]
    public var scenario: ScenarioOutcome?
  }

  /// Loads, fits, samples and writes; nothing is written unless all of it succeeds.
  ///
  /// While a generator is trained its state is kept beside `output`, so that the same command goes on after
  /// an interruption.
  /// - Throws: `UserFacingError` for whatever the user can mend.
  public func run(
    writing output: String, keepingGenerator: String? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws -> Report {
    try spec.validate()
    let dataset = try DatasetReference(name: spec.dataset).load()
    let panel =
      try spec.dates.map {
        try dataset.panel.dates(in: DateSpan($0, named: "dates"))
      } ?? dataset.panel
    let kept = try known(in: panel)
    let market = try TrainingMarket(
      whole: kept.count < panel.assets ? panel.assets(at: kept) : panel,
      validationFraction: spec.watched)
    let known = Set(kept)
    let leftOut = panel.universe.assets.indices.filter { !known.contains($0) }
      .map { panel.universe.assets[$0] }
    let parent = try PanelFile.contentSHA256(of: panel)
    let (fitted, entry, resolved) = try generator(
      market, parent: parent, output: output, progress: progress)
    var request = SampleRequest(
      days: spec.days ?? spec.scenario?.horizon ?? 250,
      seeds: SeedTree(root: spec.seed).subtree("generate", entry.id))
    if let count = spec.newAssets { request.assets = .new(count) }
    try requireRoom(request, fitted.market)
    let (panels, outcome) = try panels(
      fitted, entry, request, history: (market.stretches + market.validation).map(\.moves))
    var description = spec
    description.hyperparameters = try JSONDecoder().decode(JSONValue.self, from: resolved)
    var metadata = FileMetadata(
      title: Self.title(entry, spec), source: "made by \(entry.id) fitted to \(dataset.title)",
      generator: entry.id,
      spec: String(decoding: try StrictJSON.encode(description), as: UTF8.self), seed: spec.seed,
      parentSHA256: parent, createdBy: "qbench \(Version.current)")
    if let outcome {
      metadata.scenario = String(decoding: try StrictJSON.encode(outcome), as: UTF8.self)
    }
    let digest = try PanelFile.write(paths: panels, metadata, to: output)
    if let keepingGenerator {
      try GeneratorFile.write(
        fitted, entry, hyperparameters: resolved, seed: spec.seed, parentSHA256: parent,
        to: keepingGenerator)
    }
    return Report(
      generator: entry.id, file: output, contentSHA256: digest, paths: panels.count,
      days: panels.first?.dates ?? 0, assets: panels.first?.assets ?? 0, seed: spec.seed,
      notes: fitted.notes, leftOut: leftOut, scenario: outcome)
  }

  /// Assets with enough to learn from: those listed after training, or just before its end, are left out.
  ///
  /// All of them where none has enough, so that the generator says what it lacks.
  func known(in panel: Panel) throws -> [Int] {
    let closes = try panel.series(of: "close", for: "a generator")
    let training = panel.dates - Int(Double(panel.dates) * spec.watched)
    let counts = (0..<panel.assets).map { asset in
      (1..<max(1, training)).count { date in
        closes[date * panel.assets + asset] > 0 && closes[(date - 1) * panel.assets + asset] > 0
      }
    }
    let kept = counts.indices.filter { counts[$0] >= Self.fewestReturns }
    return kept.isEmpty ? Array(counts.indices) : kept
  }

  private func panels(
    _ fitted: any FittedGenerator, _ entry: GeneratorEntry, _ request: SampleRequest,
    history: [MarketMoves]
  ) throws -> ([Panel], ScenarioOutcome?) {
    guard var scenario = spec.scenario else {
      return (try (0..<spec.paths).map { try fitted.panel(request, path: $0) }, nil)
    }
    scenario.horizon = request.days
    let search = try ScenarioSearch(scenario, severity: spec.severity, history: history)
    let (panels, outcome) = try search.run(
      fitted, named: entry.id, request: request, paths: spec.paths)
    return (panels, outcome)
  }

  /// A stored generator, or one fitted now.
  private func generator(
    _ market: TrainingMarket, parent: String, output: String,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) throws -> (any FittedGenerator, GeneratorEntry, hyperparameters: Data) {
    let device = Device(spec.device) ?? .cpu
    if spec.generator.contains("/") || spec.generator.hasSuffix(".h5") {
      guard spec.hyperparameters == .object([:]) else {
        throw SpecError.invalid(
          key: "hyperparameters", value: "given for the file \(spec.generator)",
          accepted: "none; a stored generator has its own")
      }
      let (fitted, entry, metadata) = try GeneratorFile.read(spec.generator, on: device)
      return (fitted, entry, Data(metadata.spec.utf8))
    }
    let entry = try generatorRegistry.require(spec.generator)
    let resolved = try entry.resolve(StrictJSON.encode(spec.hyperparameters))
    let hash = try SHA256Hash()
    try hash.update(
      Swift.Array(
        "\(parent) \(entry.id) \(entry.revision) \(spec.seed) \(spec.device) \(spec.watched) "
          .utf8))
    try hash.update(Swift.Array(resolved))
    let checkpoint = "\(output).\(try hash.finish().hex.prefix(12)).checkpoint"
    let fitted = try entry.fit(
      market, resolved,
      GeneratorContext(
        seeds: SeedTree(root: spec.seed).subtree("fit", entry.id), device: device,
        checkpoint: checkpoint, progress: progress))
    Self.removeFiles(from: checkpoint)
    return (fitted, entry, resolved)
  }

  /// Removes a checkpoint: the file, and those that a generator of several networks put beside it.
  private static func removeFiles(from checkpoint: String) {
    let file = URL(fileURLWithPath: checkpoint)
    let folder = file.deletingLastPathComponent()
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    for name in found ?? [] where name.hasPrefix(file.lastPathComponent) {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }

  private func requireRoom(_ request: SampleRequest, _ market: FittedMarket) throws {
    let assets = spec.newAssets ?? market.universe.count
    let values = [spec.paths, request.days, assets, market.components.count].reduce(1.0) {
      $0 * Double($1)
    }
    guard values <= Double(Self.largest) else {
      throw SpecError.invalid(
        key: "paths × days × assets × fields", value: "\(Int(values))",
        accepted: "at most \(Self.largest)")
    }
  }

  private static func title(_ entry: GeneratorEntry, _ spec: GenerationSpec) -> String {
    let paths = spec.paths == 1 ? "1 path" : "\(spec.paths) paths"
    guard let scenario = spec.scenario else { return "\(paths) made by \(entry.id)" }
    return "\(scenario.name) at severity \(spec.severity): \(paths) made by \(entry.id)"
  }
}
