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
  /// an interruption. A stored generator needs no market, but for a scenario, which is measured against the one
  /// it was fitted to.
  /// - Throws: `UserFacingError` for whatever the user can mend; what needs no fit is checked before it.
  public func run(
    writing output: String, keepingGenerator: String? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws -> Report {
    try spec.validate()
    let stored = try stored()
    let needsMarket = stored == nil || spec.scenario != nil
    let given = needsMarket ? try GenerationMarket(spec) : nil
    if let stored, let given { try stored.learnt?.requireSame(given.learnt, for: spec.generator) }
    let entry = try stored?.entry ?? generatorRegistry.require(spec.generator)
    let resolved =
      try stored.map { Data($0.metadata.spec.utf8) }
      ?? entry.resolve(StrictJSON.encode(spec.hyperparameters))
    var request = SampleRequest(
      days: spec.days ?? spec.scenario?.horizon ?? 250,
      seeds: SeedTree(root: spec.seed).subtree("generate", entry.id))
    if let count = spec.newAssets { request.assets = .new(count) }
    if let market = stored?.generator.market ?? given.map({ FittedMarket($0.market) }) {
      try requireRoom(request, market)
    }
    let search = try scenario(of: request.days).map { scenario in
      try ScenarioSearch(
        scenario, severity: spec.severity, history: given?.history ?? [],
        learnt: given?.market.stretches.map(\.moves))
    }
    guard
      let fitted = try stored?.generator
        ?? given.map({
          try fit(entry, resolved, to: $0, output: output, progress: progress)
        })
    else { throw SpecError.unknown(kind: "generator", id: spec.generator, known: []) }
    let (panels, outcome) = try panels(fitted, entry, request, search)
    let learnt = stored == nil ? given?.learnt : stored?.learnt
    let digest = try PanelFile.write(
      paths: panels, metadata(entry, resolved, learnt, outcome), to: output)
    if let keepingGenerator {
      try GeneratorFile.write(
        fitted, entry, hyperparameters: resolved, seed: stored?.metadata.seed ?? spec.seed,
        learnt: learnt, to: keepingGenerator)
    }
    return Report(
      generator: entry.id, file: output, contentSHA256: digest, paths: panels.count,
      days: panels.first?.dates ?? 0, assets: panels.first?.assets ?? 0, seed: spec.seed,
      notes: fitted.notes.filter { $0.value.isFinite },
      leftOut: stored == nil ? given?.leftOut ?? [] : [], scenario: outcome)
  }

  /// Where a file comes from: what its generator learnt from, not what was at hand when it was sampled.
  private func metadata(
    _ entry: GeneratorEntry, _ resolved: Data, _ learnt: LearntFrom?, _ outcome: ScenarioOutcome?
  ) throws -> FileMetadata {
    var description = spec
    description.hyperparameters = try JSONDecoder().decode(JSONValue.self, from: resolved)
    var source = "made by \(entry.id)"
    if let learnt {
      description.dataset = learnt.dataset
      (description.dates, description.watched) = (learnt.dates, learnt.watched)
      source += " fitted to \(learnt.title)"
    }
    var metadata = FileMetadata(
      title: Self.title(entry, spec), source: source, generator: entry.id,
      spec: String(decoding: try StrictJSON.encode(description), as: UTF8.self), seed: spec.seed,
      parentSHA256: learnt?.parentSHA256 ?? "", createdBy: "qbench \(Version.current)")
    if let outcome {
      metadata.scenario = String(decoding: try StrictJSON.encode(outcome), as: UTF8.self)
    }
    return metadata
  }

  /// The scenario that was asked for, over so many days.
  private func scenario(of days: Int) -> Scenario? {
    guard var scenario = spec.scenario else { return nil }
    scenario.horizon = days
    return scenario
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

  /// The generator in a file, where the spec names one.
  private func stored() throws -> GeneratorFile.Stored? {
    guard spec.namesFile else { return nil }
    try spec.requireNoHyperparameters()
    return try GeneratorFile.read(spec.generator, on: Device(spec.device) ?? .cpu)
  }

  private func fit(
    _ entry: GeneratorEntry, _ resolved: Data, to given: GenerationMarket, output: String,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) throws -> any FittedGenerator {
    let hash = try SHA256Hash()
    try hash.update(
      Swift.Array(
        "\(given.learnt.parentSHA256) \(entry.id) \(entry.revision) \(spec.seed) \(spec.device) \(spec.watched) "
          .utf8))
    try hash.update(Swift.Array(resolved))
    let checkpoint = "\(output).\(try hash.finish().hex.prefix(12)).checkpoint"
    let context = GeneratorContext(
      seeds: SeedTree(root: spec.seed).subtree("fit", entry.id),
      device: Device(spec.device) ?? .cpu, checkpoint: checkpoint, progress: progress)
    let fitted = try entry.fit(given.market, resolved, context)
    context.removeCheckpoint()
    return fitted
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
