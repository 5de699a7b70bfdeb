import Datasets
import Foundation
import Market
import Networks
import Torch

/// Quant GANs: temporal convolution networks trained against each other.
///
/// Wiese, Knobloch, Korn and Kretschmer (2020), *Quant GANs: deep generation of financial time series*,
/// Quantitative Finance 20(9). On one asset it is the paper's model; on several, one network makes the
/// market's mean path and another, shared by all assets, the rest of each asset's path beside it.
enum QuantGAN: MarketGenerator {
  static let id = "quantgan"
  static let summary =
    "Quant GANs: temporal convolutions with stochastic volatility, trained adversarially"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 3

  static func fit(
    _ training: TrainingMarket, _ settings: Hyperparameters, in context: GeneratorContext
  ) throws -> any FittedGenerator {
    try VolumeResponse.around(training) { try fit(networks: $0, settings, in: context) }
  }

  private static func fit(
    networks training: TrainingMarket, _ settings: Hyperparameters, in context: GeneratorContext
  ) throws -> FittedQuantGAN {
    let data = try GaussianMarket(
      training, heavyTails: settings.heavyTails, guardFactor: settings.guardFactor)
    let held = data.sequences(training.validation)
    let digest = try training.digest()
    let steps = settings.steps + (data.assets > 1 ? settings.assetSteps : 0)
    var record = AdversarialTraining.Record()

    func train(
      _ name: String, _ material: PathTraining.Material, steps own: Int, after done: Int
    ) throws -> PathNetwork {
      let seeds = context.seeds.subtree(name)
      var stream = seeds.stream("weights")
      let network = try PathNetwork(
        components: material.components, contexts: material.contexts, settings, using: &stream,
        device: context.device)
      let identity =
        try String(
          decoding: StrictJSON.encode(settings), as: UTF8.self)
        + " \(id) \(revision) \(name) \(seeds.root) \(digest)"
      let inner = GeneratorContext(
        seeds: seeds, device: context.device,
        checkpoint: context.checkpoint.map { $0 + "." + name }
      ) { progress in
        context.progress(
          TrainingProgress(step: done + progress.step, steps: steps, losses: progress.losses))
      }
      record = try PathTraining(settings: settings, material: material, device: context.device)
        .train(network, steps: own, identity: identity, in: inner)
      return network
    }

    let market = try train(
      "market",
      Materials.market(data, settings, validation: held.market, device: context.device),
      steps: settings.steps, after: 0)
    var fitted = FittedQuantGAN(
      market: FittedMarket(training), settings: settings, data: data, network: market,
      device: context.device)
    fitted.fitNotes["market_best_step"] = Double(record.bestStep)
    fitted.fitNotes["market_score"] = record.bestScore
    if data.assets > 1 {
      let network = try train(
        "assets",
        Materials.assets(
          data, settings, validation: held.own, beside: fitted, device: context.device),
        steps: settings.assetSteps, after: settings.steps)
      fitted.assets = network
      fitted.fitNotes["asset_best_step"] = Double(record.bestStep)
      fitted.fitNotes["asset_score"] = record.bestScore
      fitted.factors = try ResidualFactors(
        data.own.flatMap { values in
          stride(from: 0, to: values.count, by: data.width).map { values[$0] }
        }, assets: data.assets, most: settings.factors)
      fitted.fitNotes["factors"] = Double(fitted.factors.count)
    }
    try fitted.calibrate(to: data, seeds: context.seeds.subtree("calibration"))
    return fitted
  }
}
