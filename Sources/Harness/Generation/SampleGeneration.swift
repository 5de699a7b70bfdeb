import Datasets
import Digest
import Foundation
import Generators
import Market
import Splits
import Torch

/// Fits a generator of training rows to a market, or takes a stored one, and writes rows to HDF5.
///
/// What `Generation` does for markets; a scenario, paths, days or new assets mean nothing here.
public struct SampleGeneration {
  public let spec: GenerationSpec
  /// What rows are made of, and what they are labelled with.
  private let features: FeatureChoice
  private let label = LabelSpec.standard

  /// Dates in a row without any labelled row, from which on the training dates count as broken.
  static let longestHole = 5

  /// `features` names a feature set; its options and the transform are the defaults of runs.
  public init(_ spec: GenerationSpec, features set: String? = nil) {
    self.spec = spec
    var features = FeatureChoice()
    features.set = set ?? features.set
    self.features = features
  }

  /// Whether a generator, by id or as a stored file, makes training rows.
  ///
  /// - Throws: `SpecError.unknown` for an id that is neither kind's, `StorageError` for a file that cannot
  ///   be read.
  public static func makes(_ generator: String) throws -> Bool {
    guard GenerationSpec.namesFile(generator) else {
      let (markets, rows) = (generatorRegistry.ids, sampleGeneratorRegistry.ids)
      guard markets.contains(generator) || rows.contains(generator) else {
        throw SpecError.unknown(kind: "generator", id: generator, known: markets + rows)
      }
      return rows.contains(generator)
    }
    let (_, metadata) = try ParametersFile.read(generator)
    return sampleGeneratorRegistry.ids.contains(metadata.generator)
  }

  /// What was written, for people and programs.
  public struct Report: Codable, Sendable, Equatable {
    public var generator: String
    public var file: String
    public var contentSHA256: String
    public var rows: Int
    public var crossSections: Int
    public var steps: Int
    public var columns: Int
    public var trainRows: Int
    public var validationRows: Int
    public var seed: UInt64
    public var notes: [String: Double]
  }

  /// Loads, fits, makes rows and writes; nothing is written unless all of it succeeds.
  ///
  /// While a generator is trained its state is kept beside `output`, so that the same command goes on after
  /// an interruption.
  /// - Throws: `UserFacingError` for whatever the user can mend.
  public func run(
    writing output: String, keepingGenerator: String? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws -> Report {
    try requireNothingOfMarkets()
    try spec.validate()
    if spec.namesFile { try spec.requireNoHyperparameters() }
    let files = try GenerationFiles(
      output: output, keep: keepingGenerator, reading: spec.inputs)
    let stored = spec.namesFile ? try SampleGeneratorFile.read(spec.generator) : nil
    let watched = stored?.learnt?.watched ?? spec.watched
    let entry = try stored?.entry ?? sampleGeneratorRegistry.require(spec.generator)
    let resolved =
      try stored?.hyperparameters ?? entry.resolve(StrictJSON.encode(spec.hyperparameters))
    let dataset = try DatasetReference(name: spec.dataset).load()
    let panel =
      try spec.dates.map {
        try dataset.panel.dates(in: DateSpan($0, named: "dates"))
      } ?? dataset.panel
    let learnt = LearntFrom(
      dataset: spec.dataset, title: dataset.title,
      parentSHA256: try PanelFile.contentSHA256(of: panel), dates: spec.dates, watched: watched)
    try stored?.learnt?.requireSame(learnt, for: spec.generator)
    let (train, validation) = try rows(
      of: panel, window: entry.window(resolved), watched: watched, for: entry.id)
    let device = Device(spec.device) ?? .cpu
    let fitted =
      try stored?.restored(over: train, on: device)
      ?? fit(
        entry, resolved, train, validation, parent: learnt.parentSHA256, output: output,
        device: device,
        progress: progress)
    let set = try fitted.augment(SeedTree(root: spec.seed).subtree("generate", entry.id))
    var description = spec
    description.hyperparameters = try JSONDecoder().decode(JSONValue.self, from: resolved)
    description.watched = watched
    let metadata = FileMetadata(
      title: "\(set.count) training rows made by \(entry.id)",
      source: "made by \(entry.id) fitted to \(features.set) of \(dataset.title)",
      generator: entry.id,
      spec: String(decoding: try StrictJSON.encode(description), as: UTF8.self), seed: spec.seed,
      parentSHA256: learnt.parentSHA256, createdBy: "qbench \(Version.current)")
    let content = try SampleSetFile.Content(
      set, calendar: panel.calendar, assets: panel.universe.assets)
    let digest = try files.write(
      { try SampleSetFile.write(content, metadata, to: $0) },
      generator: {
        try SampleGeneratorFile.write(
          fitted, entry, hyperparameters: resolved, seed: stored?.metadata.seed ?? spec.seed,
          learnt: learnt, to: $0)
      })
    return Report(
      generator: entry.id, file: output, contentSHA256: digest, rows: set.count,
      crossSections: set.crossSections.count, steps: set.steps, columns: set.columns.count,
      trainRows: train.count, validationRows: validation?.count ?? 0, seed: spec.seed,
      notes: fitted.notes.filter { $0.value.isFinite })
  }

  private func fit(
    _ entry: SampleGeneratorEntry, _ resolved: Data, _ train: LabelledSamples,
    _ validation: LabelledSamples?, parent: String, output: String, device: Device,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) throws -> any FittedSampleGenerator {
    let hash = try SHA256Hash()
    let identity =
      "\(parent) \(entry.id) \(entry.revision) \(spec.seed) \(spec.device) \(spec.watched) "
      + "\(features.set) "
    try hash.update(Array(identity.utf8))
    try hash.update(Array(resolved))
    let checkpoint = "\(output).\(try hash.finish().hex.prefix(12)).checkpoint"
    let context = GeneratorContext(
      seeds: SeedTree(root: spec.seed).subtree("fit", entry.id), device: device,
      checkpoint: checkpoint, progress: progress)
    let fitted = try entry.fit(train, validation, label, resolved, context)
    context.removeCheckpoint()
    return fitted
  }

  // MARK: - Rows

  /// The first four fifths to learn from and the last one to watch, apart by the label's reach.
  private func rows(
    of panel: Panel, window: Int, watched: Double, for id: String
  ) throws -> (train: LabelledSamples, validation: LabelledSamples?) {
    try features.requireFields(of: panel)
    let labels = try Labels(label, of: panel)
    var choice = features
    choice.options = try choice.resolvedOptions()
    let computed = try choice.compute(on: panel)
    let cut = labels.labelledDates - Int(Double(labels.labelledDates) * watched)
    func keys(_ dates: Range<Int>) -> [SampleKey] {
      Fold.dates(withUnbrokenWindow: window + computed.window - 1, in: Array(dates))
        .flatMap { date in
          (0..<panel.assets).compactMap { asset in
            labels.targets[date * panel.assets + asset].isNaN
              ? nil : SampleKey(date: date, asset: asset)
          }
        }
    }
    let training = keys(0..<max(0, cut - label.reach))
    let dates = Set(training.map(\.date)).count
    guard dates >= Generation.fewestReturns else {
      throw GeneratorError.tooShort(
        longest: dates, needed: Generation.fewestReturns, for: "generator '\(id)'")
    }
    try requireUnbroken(training, of: panel)
    let transform = FeatureTransform.fit(
      features.transform, to: training, of: computed, clip: features.clip)
    let closes = try panel.series(of: "close", for: "the label")
    func labelled(_ keys: [SampleKey]) -> LabelledSamples {
      LabelledSamples(
        samples: Samples(
          keys: keys, features: computed, transform: transform, universe: panel.universe,
          closes: closes),
        labels: keys.map { labels.targets[Int($0.date) * panel.assets + Int($0.asset)] })
    }
    let held = keys(min(cut, labels.labelledDates)..<labels.labelledDates)
    return (labelled(training), held.isEmpty ? nil : labelled(held))
  }

  /// - Throws: `SampleGenerationError.hole` where rows are missing on too many dates on end.
  private func requireUnbroken(_ keys: [SampleKey], of panel: Panel) throws {
    for (before, after) in zip(keys, keys.dropFirst())
    where Int(after.date - before.date) > Self.longestHole {
      throw SampleGenerationError.hole(
        first: panel.calendar[Int(before.date) + 1], last: panel.calendar[Int(after.date) - 1])
    }
  }

  private func requireNothingOfMarkets() throws(SpecError) {
    let asked = [
      ("--scenario", spec.scenario?.name), ("--paths", spec.paths > 1 ? "\(spec.paths)" : nil),
      ("--days", spec.days.map { "\($0)" }), ("--assets", spec.newAssets.map { "\($0)" }),
    ]
    for (key, value) in asked {
      guard let value else { continue }
      throw .invalid(
        key: key, value: value,
        accepted: "nothing: '\(spec.generator)' makes training rows, not markets")
    }
  }
}

/// A market that rows cannot be made from.
enum SampleGenerationError: UserFacingError, Equatable {
  case hole(first: TradingDate, last: TradingDate)

  var description: String {
    switch self {
    case .hole(let first, let last):
      "no asset has a label from \(first) to \(last), within the training dates; name dates without "
        + "that stretch (--dates)"
    }
  }
}
