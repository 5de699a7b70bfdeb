import Market
import Networks
import Torch

/// The generator of windows and its critic, trained against each other on real ones.
struct WindowTraining {
  let generator: WindowGenerator
  let critic: SetCritic
  let sampler: WindowSampler
  private let score: WindowScore
  private let hyperparameters: ConditionalWGAN.Hyperparameters
  private let device: Device
  /// Of the market, by which a checkpoint is known to be of this fit.
  private let data: String

  /// - Throws: `GeneratorError.tooShort` where no window of training dates is known.
  init(
    _ market: TrainingMarket, _ scale: MarketScale,
    _ hyperparameters: ConditionalWGAN.Hyperparameters, in context: GeneratorContext
  ) throws {
    let sampler = try WindowSampler(
      market.stretches.map { StandardDays($0.moves, scale) }, scale.traits,
      days: hyperparameters.days, assets: hyperparameters.assets)
    let shape = ConditionalWGAN.shape(scale, hyperparameters)
    var stream = context.seeds.stream("generator")
    generator = try WindowGenerator(
      shape, tails: TailShape(of: sampler.stretches, scale.traits), using: &stream,
      device: context.device)
    stream = context.seeds.stream("critic")
    critic = try SetCritic(
      shape, hidden: hyperparameters.hidden, using: &stream, device: context.device)
    // Without a window to validate on, the training windows themselves say which moment is best.
    let watched = try? WindowSampler(
      market.validation.map { StandardDays($0.moves, scale) }, scale.traits,
      days: hyperparameters.days, assets: sampler.assets)
    score = try WindowScore(
      (watched ?? sampler).even(WindowScore.windows, device: context.device), shape,
      seeds: context.seeds, device: context.device)
    data = try market.digest()
    self.sampler = sampler
    self.hyperparameters = hyperparameters
    device = context.device
  }

  /// - Throws: `GeneratorError.diverged`.
  func run(
    in context: GeneratorContext, losses: AdversarialTraining.Losses? = nil
  ) throws -> AdversarialTraining.Record {
    let options = AdversarialTraining.Options(
      steps: hyperparameters.steps, criticSteps: hyperparameters.criticSteps,
      generatorRate: hyperparameters.generatorRate, criticRate: hyperparameters.criticRate,
      validateEvery: hyperparameters.validateEvery, checkpointEvery: 50)
    return try AdversarialTraining(
      id: ConditionalWGAN.id, options: options,
      identity: "\(ConditionalWGAN.id) \(ConditionalWGAN.revision) \(context.seeds.root) "
        + "\(hyperparameters) \(generator.shape) \(data)"
    ).run(generator: generator, critic: critic, losses: losses ?? self.losses, in: context)
  }

  var losses: AdversarialTraining.Losses {
    AdversarialTraining.Losses(
      criticStep: { stream in
        let batch = try sampler.draw(hyperparameters.batch, using: &stream, device: device)
        let noise = try noise(for: batch, &stream)
        let made = try withoutGrad { try generator(noise, batch.about) }
        let weights = try Tensor(
          (0..<hyperparameters.batch).map { _ in Float(stream.uniform()) },
          shape: [hyperparameters.batch], device: device)
        let gap =
          try critic(made, batch.about).mean() - critic(batch.windows, batch.about).mean()
        let loss =
          try gap
          + gradientPenalty(
            real: batch.windows, fake: made, weights: weights,
            strength: hyperparameters.penalty
          ) { try critic($0, batch.about) }
        try loss.backward()
        return try loss.item()
      },
      generator: { stream in
        let batch = try sampler.draw(hyperparameters.batch, using: &stream, device: device)
        return try -critic(generator(noise(for: batch, &stream), batch.about), batch.about).mean()
      },
      validate: { _ in try score(generator) })
  }

  private func noise(
    for batch: WindowSampler.Batch, _ stream: inout SeedStream
  ) throws -> WindowNoise {
    try WindowNoise(
      batch: batch.windows.shape[0], assets: batch.windows.shape[1], generator.shape,
      using: &stream, device: device)
  }
}
