import Market
import Torch

/// The one training loop.
///
/// Networks differ in what they read and how they compute; patience, which epoch is best, and what
/// a loss that is no number means are decided here for all of them.
public struct TrainingLoop: Sendable {
  public let options: TrainingOptions

  public init(_ options: TrainingOptions) { self.options = options }

  /// Trains `network` in place and leaves it as it was in its best epoch.
  ///
  /// Without validation rows all epochs are run and the last one stands. The order of rows and the
  /// dropout depend on `seeds` alone.
  /// - Throws: `TrainingError`, for a loss or gradient that is not finite among others.
  public func run<Network: ForecastingNetwork>(
    _ network: Network, train: LabelledSamples, validating: LabelledSamples?, seeds: SeedTree,
    device: Device = .cpu
  ) throws -> TrainedNetwork<Network> {
    guard train.count >= 2 else { throw TrainingError.tooFewRows(rows: train.count, needed: 2) }
    let scale = LabelScale(train.labels)
    let labels = try Tensor(
      train.labels.map(scale.scaled), shape: [train.count], device: device)
    let validation = validating.flatMap { $0.count > 0 ? Validation($0, scale) : nil }

    var (order, dropout) = (seeds.stream("batches"), seeds.stream("dropout"))
    let pass = Pass.training(try Generator(seed: dropout.next(), device: device))
    let parameters = network.parameters.map(\.tensor)
    let optimizer = try Optimizer(
      parameters, options.rule, learningRate: options.learningRate)
    let read = try network.reader(of: train.samples)

    var best = BestEpoch()
    var record = TrainingRecord()
    for epoch in 1...max(1, options.epochs) {
      record.epochs = epoch
      record.trainLoss = 0
      let batches = options.batching.deal(train.samples, using: &order)
      let dealt = batches.reduce(0) { $0 + $1.count }
      for positions in batches {
        try optimizer.clearGrads()
        let target = try labels.indexSelected(0, Tensor(indices: positions, device: device))
        let loss = try options.loss(network.forecast(read(positions), pass), target)
        let value = try loss.item()
        guard value.isFinite else { throw TrainingError.diverged(epoch: epoch) }
        try loss.backward()
        let norm = try clipGradients(of: parameters, norm: options.gradientClip ?? .infinity)
        guard norm.isFinite else { throw TrainingError.diverged(epoch: epoch) }
        try optimizer.step()
        record.trainLoss += value * Double(positions.count) / Double(dealt)
      }
      guard let validation else { continue }
      let result = try validation.score(network, options)
      guard result.loss.isFinite else { throw TrainingError.diverged(epoch: epoch) }
      let score = options.stopping == .loss ? result.loss : -(result.rankIC ?? -.infinity)
      if try best.offer(score, epoch: epoch, of: network) {
        record.best = TrainingRecord.Best(
          epoch: epoch, trainLoss: record.trainLoss, validationLoss: result.loss,
          validationRankIC: result.rankIC)
      } else if epoch - best.epoch >= options.patience {
        break
      }
    }
    try optimizer.clearGrads()
    if validation != nil {
      guard record.best != nil else { throw TrainingError.unrankable(epoch: record.epochs) }
      try best.restore(to: network)
    }
    return TrainedNetwork(network: network, scale: scale, record: record)
  }

  /// Validation rows with their labels on the training labels' scale.
  private struct Validation {
    let samples: Samples
    let labels: [Float]

    init(_ rows: LabelledSamples, _ scale: LabelScale) {
      samples = rows.samples
      labels = rows.labels.map(scale.scaled)
    }

    func score(
      _ network: some ForecastingNetwork, _ options: TrainingOptions
    ) throws -> (loss: Double, rankIC: Double?) {
      let forecasts = try network.forecasts(of: samples)
      guard forecasts.allSatisfy(\.isFinite) else { return (.nan, nil) }
      return (
        options.loss.mean(forecasts, labels), meanRankCorrelation(forecasts, labels, samples)
      )
    }
  }
}
