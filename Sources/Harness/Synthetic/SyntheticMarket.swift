import Digest
import Foundation
import Generators
import Market

/// A sampled market of a run, or training rows that were made: one generator, fitted to one fold with one seed.
///
/// Every cell that learns from it or is tested on it shares it. It is made from the fold's training
/// dates (validation may say when to stop); test dates have no part in it.
public struct SyntheticMarket: Sendable, Equatable {
  /// The generator's name in the spec.
  public let name: String
  public let generator: String
  /// Resolved hyperparameters.
  public let hyperparameters: JSONValue
  /// What made rows consist of; `nil` for a market.
  public let features: FeatureChoice?
  public let fold: Int
  public let seed: Int
  /// Hash of everything that can change it.
  public let key: String
  /// Hash of what says how it is made, whatever the data and the seed.
  public let recipe: String
  /// Hash of what its comparison with the real market depends on (`MarketComparison`).
  let comparison: String

  /// Whether it is a sampled market: made rows cannot be compared with the real one.
  var isMarket: Bool { features == nil }
}

/// How markets are made, whatever they are made from.
private struct SyntheticMarketRecipe: Encodable {
  let generator: String
  let revision: Int
  let hyperparameters: JSONValue
  let paths: Int
  let device: String
  let features: FeatureChoice?
}

/// Everything a synthetic market depends on; its hash is the key.
///
/// Of the fold it holds what may be learnt from, and its number, which names the random streams; not
/// its test dates. The content of the data names no stream: else no test could change some of it and
/// look whether the same comes out.
private struct SyntheticMarketIdentity: Encodable {
  /// Raised when the harness itself would sample other markets from the same inputs.
  static let engineRevision = 2

  var engine = Self.engineRevision
  let data: String
  let fold: Int
  let train: [Int]
  let validation: [Int]
  let days: Int
  let generator: String
  let revision: Int
  let hyperparameters: JSONValue
  let paths: Int
  let device: String
  let rootSeed: UInt64
  let seed: Int
  /// What rows are made of and labelled with; `nil` for a market, which knows neither.
  var features: FeatureChoice?
  var featuresRevision: Int?
  var label: LabelSpec?
}

extension SyntheticMarket {
  /// `features` is what made rows consist of: `nil` for a generator of markets.
  init(
    _ choice: GeneratorChoice, of features: FeatureChoice?, fold: Fold, seed: Int,
    on workbench: Workbench
  ) throws {
    let experiment = workbench.experiment
    let kind = try GeneratorKind.require(choice.id)
    var identity = SyntheticMarketIdentity(
      data: workbench.dataHash, fold: fold.index, train: fold.train, validation: fold.validation,
      days: Self.days(of: fold, reach: experiment.label.reach), generator: choice.id,
      revision: kind.revision, hyperparameters: choice.hyperparameters,
      paths: experiment.synthetic.paths, device: experiment.device, rootSeed: experiment.seed,
      seed: seed)
    if let features {
      identity.features = features
      identity.featuresRevision = try features.revision()
      identity.label = experiment.label
    }
    (name, generator, hyperparameters) = (choice.name, choice.id, choice.hyperparameters)
    (self.features, self.fold, self.seed) = (features, fold.index, seed)
    key = String(try SHA256Digest(of: Array(StrictJSON.encode(identity))).hex.prefix(32))
    let made = SyntheticMarketRecipe(
      generator: choice.id, revision: kind.revision, hyperparameters: choice.hyperparameters,
      paths: experiment.synthetic.paths, device: experiment.device, features: identity.features)
    recipe = String(try SHA256Digest(of: Array(StrictJSON.encode(made))).hex.prefix(16))
    comparison = try MarketComparison.identity(ofMarket: key, testing: fold)
  }

  /// Dates that features need before their first value is whole.
  private static let warmUp = 60

  /// Dates of each sampled path: enough for as many labelled ones as the fold trains on, watches or
  /// tests, with dates before them to look back on.
  static func days(of fold: Fold, reach: Int) -> Int {
    max(fold.train.count, fold.validation.count, fold.test.count) + warmUp + reach
  }
}
