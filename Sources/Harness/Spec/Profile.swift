import Digest
import Foundation
import Market
import Models

/// Ready-made experiments of growing size; a spec or a flag changes any part of them.
public enum Profile: String, Codable, Sendable, CaseIterable {
  /// A look in about two minutes: two folds and one seed on seven hundred dates, every training source, and shorter
  /// windows for what reads windows.
  case quick
  /// About an hour on the S&P 500: three folds, two seeds, every training source.
  case standard
  /// Combinatorial paths: six groups, two tested at a time, five seeds, every training source.
  case full

  /// The experiment of this profile, with every family that works by its defaults.
  public var experiment: Experiment {
    var experiment = Experiment()
    experiment.families = modelRegistry.entries.filter { !$0.needsSettings }
      .map { FamilyChoice($0.id) }
    experiment.generators = ["cwgan", "quantgan", "add"].map { GeneratorChoice($0) }
    experiment.sources = TrainingSource.Kind.allCases
    switch self {
    case .quick:
      experiment.datasetParameters = .object(["dates": .integer(700)])
      experiment.split.folds = 2
      experiment.seeds = 1
      experiment.families = experiment.families.map(Self.shortened)
      experiment.generators = experiment.generators.map(Self.shortened)
      (experiment.explain.rows, experiment.explain.repeats) = (1000, 1)
    case .standard:
      experiment.explain.repeats = 5
    case .full:
      experiment.split.kind = .combinatorial
      experiment.split.folds = 6
      experiment.seeds = 5
      experiment.explain.repeats = 5
    }
    return experiment
  }

  /// With windows of ten dates in place of twenty, and a single layer of attention: what reads windows takes most of
  /// a run's time.
  private static func shortened(_ choice: RegistryChoice) -> RegistryChoice {
    let ten = ["steps": JSONValue.integer(10)]
    let settings: [String: JSONValue] = [
      "lstm": .object(ten), "lstm_lrp": .object(["lstm": .object(ten)]), "add": .object(ten),
      "transformer": .object(ten.merging(["layers": .integer(1)]) { $1 }),
    ]
    var choice = choice
    choice.hyperparameters = settings[choice.id] ?? choice.hyperparameters
    return choice
  }

  /// - Throws: `SpecError.unknown`, listing the profiles there are.
  public static func named(_ name: String) throws(SpecError) -> Profile {
    guard let profile = Profile(rawValue: name) else {
      throw .unknown(kind: "profile", id: name, known: allCases.map(\.rawValue))
    }
    return profile
  }
}

extension Experiment {
  /// A name for the run's directory: the dataset, and a hash of the resolved spec.
  public var directoryName: String {
    get throws {
      let name = URL(fileURLWithPath: dataset).deletingPathExtension().lastPathComponent
      return "\(name)-\(try SHA256Digest(of: Array(StrictJSON.encode(trains))).hex.prefix(8))"
    }
  }

  /// This experiment with the parts that a spec file gives in place of its own.
  ///
  /// - Throws: `SpecError` naming the file and what is wrong in it.
  ///
  /// Settings of the dataset belong to it: those of this experiment do not survive where the spec names another.
  public func overlaid(by spec: Data, named file: String) throws -> Experiment {
    func overlaid(_ base: Experiment) throws -> Experiment {
      let merged = try StrictJSON.overlaying(spec, on: StrictJSON.encode(base), named: file)
      return try StrictJSON.decode(Experiment.self, from: merged, named: file)
    }
    let whole = try overlaid(self)
    guard whole.dataset != dataset else { return whole }
    var plain = self
    plain.datasetParameters = .object([:])
    return try overlaid(plain)
  }

  /// Checks everything and fills in the hyperparameters and features of every family and the dataset's settings.
  ///
  /// What comes back is the resolved spec: running it again later means the same, whatever
  /// defaults have become by then.
  ///
  /// `registry` holds the families there are: those of qbench, or these and others of the caller's own.
  public func resolved(
    families registry: Registry<ModelEntry> = modelRegistry
  ) throws -> Experiment {
    try validate()
    var result = self
    for index in families.indices {
      let entry = try registry.require(families[index].id)
      let given = try StrictJSON.encode(families[index].hyperparameters)
      result.families[index].hyperparameters = try JSONDecoder().decode(
        JSONValue.self, from: entry.resolve(given))
    }
    for index in generators.indices {
      result.generators[index].hyperparameters = try GeneratorKind.require(generators[index].id)
        .resolve(generators[index].hyperparameters)
    }
    result.dataset = DatasetReference(self).resolvedName
    result.datasetParameters = try DatasetReference(self).resolvedParameters()
    result.features.options = try features.resolvedOptions()
    for index in families.indices where families[index].features != nil {
      result.families[index].features = try JSONDecoder().decode(
        JSONValue.self, from: StrictJSON.encode(result.features(of: families[index])))
    }
    return result
  }
}
