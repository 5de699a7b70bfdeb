import Datasets
import Digest
import Foundation
import Generators
import Market
import Torch

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
    let training = 0..<max(0, panel.dates - Int(Double(panel.dates) * spec.watched))
    let kept = try panel.assets(withReturnsOn: Array(training), atLeast: Self.fewestReturns)
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
    let context = GeneratorContext(
      seeds: SeedTree(root: spec.seed).subtree("fit", entry.id), device: device,
      checkpoint: checkpoint, progress: progress)
    let fitted = try entry.fit(market, resolved, context)
    context.removeCheckpoint()
    return (fitted, entry, resolved)
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
