import Foundation
import Market
import Networks
import Torch

/// Trains a path network against a critic of windows; the market's and the assets' alike.
struct PathTraining {
  /// What the network is to learn from.
  struct Material {
    /// Components of a path.
    var components: Int
    /// Channels that the network is told beside its noise.
    var contexts: Int
    /// How many channels of the contexts the critic sees beside the components: the first.
    var seen: Int
    /// A real window: [components + seen] × receptive field, channel by channel.
    var window: (inout SeedStream) -> [Float]
    /// Contexts of a batch: [paths, contexts, lead + days]; of no channels for the market.
    var context: (_ days: Int, inout SeedStream) throws -> Tensor?
    /// Returns from the first component, as `facts` are of; with a graph.
    var returns: (Tensor) throws -> Tensor
    /// What sampled values of the first component are to be distributed as.
    var observed: [Double]
    var facts: StylizedFacts
    /// What moments of training are compared by.
    var yardstick: StylizedFacts
  }

  static let validationPaths = 8

  let settings: QuantGAN.Hyperparameters
  let material: Material
  let device: Device

  private var windowsAPath: Int { settings.days / settings.receptiveField }

  /// Leaves the network as it was at its best.
  func train(
    _ network: PathNetwork, steps: Int, identity: String, in context: GeneratorContext
  ) throws -> AdversarialTraining.Record {
    var stream = context.seeds.stream("critic weights")
    let critic = try TemporalConvolutionNetwork(
      TemporalConvolutionNetwork.Shape(
        inputs: material.components + material.seen, channels: settings.criticHidden,
        blocks: settings.blocks), using: &stream, device: device)
    let options = AdversarialTraining.Options(
      steps: steps, criticSteps: settings.criticSteps, generatorRate: settings.generatorRate,
      criticRate: settings.criticRate, beta1: 0.5, beta2: 0.95,
      validateEvery: settings.validateEvery, finalRate: settings.finalRate,
      averaging: settings.averaging)
    let matched = try StylizedFactsLoss(
      material.facts, memory: settings.memory, device: device)
    let map = try TrainedMap(observed: material.observed.count)
    let losses = AdversarialTraining.Losses(
      criticStep: { stream in
        guard settings.adversarial > 0 else { return 0 }
        let fake = try withoutGrad { try windows(of: batch(network, &stream)) }
        return try criticStep(critic, fake: fake, &stream)
      },
      generator: { stream in
        let (paths, context) = try batch(network, &stream)
        var loss = try Tensor([0 as Float], shape: [], device: device)
        if settings.adversarial > 0 {
          let scores = try criticScores(
            critic.frozen()(windows(of: (paths, context)), .evaluating))
          let term = settings.loss == .log ? try (-scores).softplus().mean() : try -scores.mean()
          loss = try loss + term * settings.adversarial
        }
        if settings.matching > 0 {
          let returns = try material.returns(map(paths.selected(1, 0)))
          loss = try loss + matched(returns) * settings.matching
        }
        return loss
      },
      validate: { step in
        let isDue = Double(step) >= settings.mapsFrom * Double(steps)
        return try validate(network, map, isDue: isDue, context.seeds)
      }, carried: (matched.recent.map { [$0] } ?? []) + [map])
    return try AdversarialTraining(id: QuantGAN.id, options: options, identity: identity).run(
      generator: network, critic: critic, losses: losses, in: context)
  }

  /// Paths [paths, components, days] and their contexts.
  private func batch(
    _ network: PathNetwork, _ stream: inout SeedStream, days: Int? = nil
  ) throws -> (Tensor, Tensor?) {
    let days = days ?? settings.days
    let length = network.lead + days
    let count = settings.paths * settings.noise * length
    var input = try Tensor(
      (0..<count).map { _ in Float(stream.normal()) },
      shape: [settings.paths, settings.noise, length], device: device)
    let context = try withoutGrad { try material.context(days, &stream) }
    if let context { input = try .concatenated([input, context], 1) }
    return (try network(input), context)
  }

  /// Paths cut into windows beside what the critic sees of the contexts: [windows, channels, receptive
  /// field].
  private func windows(of batch: (paths: Tensor, context: Tensor?)) throws -> Tensor {
    var channels = batch.paths
    let days = channels.shape[2]
    if material.seen > 0, let context = batch.context {
      let seen = try context.narrowed(1, from: 0, length: material.seen)
        .narrowed(2, from: context.shape[2] - days, length: days)
      channels = try .concatenated([channels, seen], 1)
    }
    let field = settings.receptiveField
    return try .concatenated(
      (0..<windowsAPath).map { try channels.narrowed(2, from: $0 * field, length: field) })
  }

  private func criticStep(
    _ critic: TemporalConvolutionNetwork, fake: Tensor, _ stream: inout SeedStream
  ) throws -> Double {
    let values = (0..<fake.shape[0]).flatMap { _ in material.window(&stream) }
    let real = try Tensor(values, shape: fake.shape, device: device)
    switch settings.loss {
    case .wasserstein:
      let shares = (0..<fake.shape[0]).map { _ in Float(stream.uniform()) }
      return try critic.gradientPenaltyStep(
        real: real, fake: fake, epsilon: Tensor(shares, shape: [shares.count], device: device),
        penalty: settings.penalty
      ).total
    case .log:
      return try critic.logarithmicStep(real: real, fake: fake, penalty: settings.penalty).total
    }
  }

  /// What the network makes of fixed noise, before the map: [paths, days] a round.
  private func sample(_ network: PathNetwork, _ seeds: SeedTree) throws -> [Tensor] {
    var stream = seeds.stream("validation")
    let days = settings.correlations == .each ? settings.days : 2 * settings.days
    return try withoutGrad {
      try (0..<max(1, Self.validationPaths / settings.paths)).map { _ in
        try batch(network, &stream, days: days).0.selected(1, 0)
      }
    }
  }

  /// The distance of a sample from the yardstick.
  private func score(_ sample: [Tensor]) throws -> Double {
    let sequences = try withoutGrad {
      try sample.flatMap { round in
        let (returns, days) = (
          try material.returns(round).floats().map(Double.init), round.shape[1]
        )
        return stride(from: 0, to: returns.count, by: days).map { Array(returns[$0..<$0 + days]) }
      }
    }
    // Facts take what is missing for the mean: a network that makes no numbers would look calm.
    guard sequences.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return .nan }
    let yardstick = material.yardstick
    return yardstick.distance(
      to: StylizedFacts(sequences, lags: yardstick.lags, pooling: yardstick.pooling))
  }

  /// How bad the network is, after so many steps: by what is sampled, through the quantile map where training is to
  /// see that too.
  private func validate(
    _ network: PathNetwork, _ map: TrainedMap, isDue: Bool, _ seeds: SeedTree
  ) throws -> Double {
    let sample = try sample(network, seeds)
    guard settings.mapsFrom < 1 else { return try score(sample) }
    let values = try sample.flatMap { try $0.floats().map(Double.init) }
    let now = MarginalMap(from: values, to: material.observed)
    if isDue { try map.take(now) }
    return try score(
      sample.map { round in
        try Tensor(
          round.floats().map { Float(now(Double($0))) }, shape: round.shape, device: device)
      })
  }
}
