import Datasets
import Foundation
import Market
import Networks
import Torch

/// A conditional Wasserstein GAN with gradient penalty for whole markets.
///
/// Gulrajani et al. (2017), *Improved Training of Wasserstein GANs*: a critic without batch
/// normalisation, several of its steps before each of the generator, and λ (‖∇‖₂ − 1)² at points between
/// real and made windows. Conditions are the volatility and regime before a window and what tells
/// assets apart: beta, volatility, sector and residual factors; real and made windows share them.
/// Volatility acts by construction, as the scale of what the networks make.
enum ConditionalWGAN: MarketGenerator {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Days in a window.
    var days = 20
    /// Assets the critic sees at once, at most.
    var assets = 12
    /// Residual factors, at most.
    var factors = 8
    /// Width of the hidden layers.
    var hidden = 64
    /// Steps of the generator.
    var steps = 300
    /// Windows in a step.
    var batch = 24
    /// Steps of the critic before each of the generator.
    var criticSteps = 4
    /// λ of the gradient penalty.
    var penalty = 10.0
    var generatorRate = 1e-3
    var criticRate = 1e-3
    /// Steps between two looks at the validation.
    var validateEvery = 20
  }

  static let id = "cwgan"
  static let summary = "conditional Wasserstein GAN with gradient penalty, assets as sets"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 2

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    func require(
      _ holds: Bool, _ key: String, _ value: Any, _ accepted: String
    ) throws(SpecError) {
      guard holds else {
        throw .invalid(key: "\(id).\(key)", value: "\(value)", accepted: accepted)
      }
    }
    func whole(
      _ value: Int, _ range: ClosedRange<Int>, _ key: String
    ) throws(SpecError) {
      try require(
        range.contains(value), key, value, "\(range.lowerBound) to \(range.upperBound)")
    }
    try whole(given.days, 5...250, "days")
    try whole(given.assets, 1...512, "assets")
    try whole(given.factors, 0...64, "factors")
    try whole(given.hidden, 4...1024, "hidden")
    try whole(given.steps, 1...1_000_000, "steps")
    try whole(given.batch, 1...4096, "batch")
    try whole(given.criticSteps, 1...50, "criticSteps")
    try whole(given.validateEvery, 1...100_000, "validateEvery")
    for (key, value) in [
      ("penalty", given.penalty), ("generatorRate", given.generatorRate),
      ("criticRate", given.criticRate),
    ] {
      try require(value > 0 && value.isFinite, key, value, "a number above 0")
    }
  }

  static func fit(
    _ market: TrainingMarket, _ hyperparameters: Hyperparameters, in context: GeneratorContext
  ) throws -> any FittedGenerator {
    _ = try market.windows(of: hyperparameters.days, for: "generator '\(id)'")
    return try VolumeResponse.around(market) { market in
      let scale = try MarketScale(fitting: market, factors: hyperparameters.factors)
      let training = try WindowTraining(market, scale, hyperparameters, in: context)
      let record = try training.run(in: context)
      return FittedConditionalWGAN(
        market: FittedMarket(market), scale: scale, generator: training.generator,
        level: try InnovationLevel(of: training.generator, training.sampler, on: context.device),
        starts: StartingStates(training.sampler.stretches), device: context.device,
        notes: [
          "steps": Double(record.step), "best_step": Double(record.bestStep),
          "validation_score": record.bestScore,
          "factors": Double(scale.traits.loadings.first?.count ?? 0),
        ])
    }
  }

  static func shape(
    _ scale: MarketScale, _ hyperparameters: Hyperparameters
  ) -> WindowGenerator.Shape {
    WindowGenerator.Shape(
      days: hyperparameters.days, factors: scale.traits.loadings.first?.count ?? 0,
      features: scale.traits.features.first?.count ?? 0, hidden: hyperparameters.hidden,
      others: Array(scale.components.dropFirst()))
  }
}
