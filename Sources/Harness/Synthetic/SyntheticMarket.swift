import Digest
import Foundation
import Generators
import Market

/// A sampled market of a run: one generator, fitted to one fold with one seed.
///
/// Every cell that learns from it or is tested on it shares it. It is made from the fold's training
/// dates (validation may say when to stop); test dates have no part in it.
public struct SyntheticMarket: Sendable, Equatable {
  /// The generator's name in the spec.
  public let name: String
  public let generator: String
  /// Resolved hyperparameters.
  public let hyperparameters: JSONValue
  public let fold: Int
  public let seed: Int
  /// Hash of everything that can change it.
  public let key: String
}

/// Everything a synthetic market depends on; its hash is the key.
///
/// Of the fold only what may be learnt from is part of it: two folds that differ in their test dates
/// alone would share a market.
private struct SyntheticMarketIdentity: Encodable {
  /// Raised when the harness itself would sample other markets from the same inputs.
  static let engineRevision = 1

  var engine = Self.engineRevision
  let data: String
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
}

extension SyntheticMarket {
  init(_ choice: GeneratorChoice, fold: Fold, seed: Int, on workbench: Workbench) throws {
    let experiment = workbench.experiment
    let entry = try generatorRegistry.require(choice.id)
    let identity = SyntheticMarketIdentity(
      data: workbench.dataHash, train: fold.train, validation: fold.validation,
      days: Self.days(of: fold, reach: experiment.label.reach), generator: choice.id,
      revision: entry.revision, hyperparameters: choice.hyperparameters,
      paths: experiment.synthetic.paths, device: experiment.device, rootSeed: experiment.seed,
      seed: seed)
    (name, generator, hyperparameters) = (choice.name, choice.id, choice.hyperparameters)
    (self.fold, self.seed) = (fold.index, seed)
    key = String(try SHA256Digest(of: Array(StrictJSON.encode(identity))).hex.prefix(32))
  }

  /// Dates that features need before their first value is whole.
  private static let warmUp = 60

  /// Dates of each sampled path: enough for as many labelled ones as the fold trains on, watches or
  /// tests, with dates before them to look back on.
  static func days(of fold: Fold, reach: Int) -> Int {
    max(fold.train.count, fold.validation.count, fold.test.count) + warmUp + reach
  }
}
