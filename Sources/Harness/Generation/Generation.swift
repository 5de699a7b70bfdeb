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
  /// While a generator is trained its state is kept beside `output` until all is written, so that the same command goes
  /// on after an interruption, and another scenario after one that was out of reach. A stored generator needs no market, but for a scenario, which is measured against the one
  /// it was fitted to.
  /// - Throws: `UserFacingError` for whatever the user can mend; what needs no fit is checked before it.
  public func run(
    writing output: String, keepingGenerator: String? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws -> Report {
    try spec.validate()
    let files = try GenerationFiles(
      output: output, keep: keepingGenerator, reading: spec.inputs)
    let source = try GenerationSource(spec)
    var request = SampleRequest(
      days: spec.days ?? spec.scenario?.horizon ?? 250,
      seeds: SeedTree(root: spec.seed).subtree("generate", source.entry.id))
    if let count = spec.newAssets { request.assets = .new(count) }
    try requireRoom(request, source.fittedMarket)
    let search = try search(over: request.days, source.given)
    let context = try context(source, output: output, progress: progress)
    let fitted = try fitted(source, context)
    let (panels, outcome) = try panels(fitted, source.entry, request, search)
    let digest = try files.write(
      { try PanelFile.write(paths: panels, metadata(source, outcome), to: $0) },
      generator: {
        try GeneratorFile.write(
          fitted, source.entry, hyperparameters: source.hyperparameters, seed: fitSeed(of: source),
          learnt: source.learnt, to: $0)
      })
    context.removeCheckpoint()
    return Report(
      generator: source.entry.id, file: output, contentSHA256: digest, paths: panels.count,
      days: panels.first?.dates ?? 0, assets: panels.first?.assets ?? 0, seed: spec.seed,
      notes: fitted.notes.filter { $0.value.isFinite }, leftOut: source.leftOut,
      scenario: outcome)
  }

  /// Where a file comes from: what its generator learnt from, not what was at hand when it was sampled.
  private func metadata(
    _ generator: GenerationSource, _ outcome: ScenarioOutcome?
  ) throws -> FileMetadata {
    var description = spec
    description.hyperparameters = try JSONDecoder().decode(
      JSONValue.self, from: generator.hyperparameters)
    var source = "made by \(generator.entry.id)"
    if let learnt = generator.learnt {
      description.dataset = learnt.dataset
      (description.dates, description.watched) = (learnt.dates, learnt.watched)
      source += " fitted to \(learnt.title)"
    }
    var metadata = FileMetadata(
      title: Self.title(generator.entry, spec), source: source, generator: generator.entry.id,
      spec: String(decoding: try StrictJSON.encode(description), as: UTF8.self), seed: spec.seed,
      parentSHA256: generator.learnt?.parentSHA256 ?? "",
      createdBy: "qbench \(Version.current)")
    if let outcome {
      metadata.scenario = String(decoding: try StrictJSON.encode(outcome), as: UTF8.self)
    }
    return metadata
  }

  /// The search for the scenario that was asked for, over so many days of a market like the given one.
  private func search(
    over days: Int, _ given: GenerationMarket?
  ) throws -> ScenarioSearch? {
    guard var scenario = spec.scenario, let given else { return nil }
    scenario.horizon = days
    return try ScenarioSearch(
      scenario, severity: spec.severity, history: given.history,
      learnt: given.market.stretches.map(\.moves))
  }

  private func panels(
    _ fitted: any FittedGenerator, _ entry: GeneratorEntry, _ request: SampleRequest,
    _ search: ScenarioSearch?
  ) throws -> ([Panel], ScenarioOutcome?) {
    guard let search else {
      return (try (0..<spec.paths).map { try fitted.panel(request, path: $0) }, nil)
    }
    let (panels, outcome) = try search.run(
      fitted, named: entry.id, request: request, paths: spec.paths)
    return (panels, outcome)
  }

  /// The seed a generator was fitted with.
  private func fitSeed(of source: GenerationSource) -> UInt64 {
    if case .stored(let stored, _) = source { stored.metadata.seed ?? spec.seed } else { spec.seed }
  }

  /// The stored generator, or one fitted now.
  private func fitted(
    _ source: GenerationSource, _ context: GeneratorContext
  ) throws -> any FittedGenerator {
    switch source {
    case .stored(let stored, _): stored.generator
    case .market(let given, let entry, let hyperparameters):
      try entry.fit(given.market, hyperparameters, context)
    }
  }

  /// What a fit is made in; its checkpoint is that of the same market, generator and seed.
  private func context(
    _ source: GenerationSource, output: String,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) throws -> GeneratorContext {
    let (entry, hash) = (source.entry, try SHA256Hash())
    let identity =
      "\(source.learnt?.parentSHA256 ?? "") \(entry.id) \(entry.revision) \(spec.seed) \(spec.device) "
      + "\(spec.watched) "
    try hash.update(Swift.Array(identity.utf8))
    try hash.update(Swift.Array(source.hyperparameters))
    return GeneratorContext(
      seeds: SeedTree(root: spec.seed).subtree("fit", entry.id),
      device: Device(spec.device) ?? .cpu,
      checkpoint: "\(output).\(try hash.finish().hex.prefix(12)).checkpoint", progress: progress)
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
