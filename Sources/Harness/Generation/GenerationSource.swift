import Foundation
import Generators
import Market
import Torch

/// Where a generation takes its generator from: a market to fit one to, or the file of one fitted before.
enum GenerationSource {
  case market(GenerationMarket, GeneratorEntry, hyperparameters: Data)
  /// With the market it was fitted to, where a scenario is measured against that.
  case stored(GeneratorFile.Stored, GenerationMarket?)

  /// - Throws: `UserFacingError` where market or file cannot be used, or the market is not the file's.
  init(_ spec: GenerationSpec) throws {
    guard spec.namesFile else {
      let entry = try generatorRegistry.require(spec.generator)
      let hyperparameters = try entry.resolve(StrictJSON.encode(spec.hyperparameters))
      self = .market(try GenerationMarket(spec), entry, hyperparameters: hyperparameters)
      return
    }
    try spec.requireNoHyperparameters()
    let stored = try GeneratorFile.read(spec.generator, on: Device(spec.device) ?? .cpu)
    let market = spec.scenario == nil ? nil : try GenerationMarket(spec)
    if let market { try stored.learnt?.requireSame(market.learnt, for: spec.generator) }
    self = .stored(stored, market)
  }

  var entry: GeneratorEntry {
    switch self {
    case .market(_, let entry, _): entry
    case .stored(let stored, _): stored.entry
    }
  }

  /// Resolved.
  var hyperparameters: Data {
    switch self {
    case .market(_, _, let hyperparameters): hyperparameters
    case .stored(let stored, _): Data(stored.metadata.spec.utf8)
    }
  }

  /// The market at hand.
  var given: GenerationMarket? {
    switch self {
    case .market(let market, _, _): market
    case .stored(_, let market): market
    }
  }

  /// What the generator has learnt from, or will have; `nil` where its file does not say.
  var learnt: LearntFrom? {
    switch self {
    case .market(let market, _, _): market.learnt
    case .stored(let stored, _): stored.learnt
    }
  }

  /// What samples are like: assets and components.
  var fittedMarket: FittedMarket {
    switch self {
    case .market(let market, _, _): FittedMarket(market.market)
    case .stored(let stored, _): stored.generator.market
    }
  }

  /// Assets that a fit leaves out.
  var leftOut: [String] {
    switch self {
    case .market(let market, _, _): market.leftOut
    case .stored: []
    }
  }
}
