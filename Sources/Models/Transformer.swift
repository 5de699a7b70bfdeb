import Market
import Networks
import Torch

/// A transformer encoder over the last dates of an asset, read out at the last of them; as an
/// option, the assets of a date then attend to each other.
enum Transformer: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Dates in a window, the row's own included; 0 for those that the columns lay out (`raw`).
    var steps = 20
    /// Width of a token.
    var width = 32
    var heads = 4
    /// Encoder layers over time.
    var layers = 2
    /// Width of the hidden layer of each feed-forward network.
    var feedForward = 64
    var dropout = 0.1
    var norm = EncoderLayer.Norm.pre
    var activation = Activation.relu
    /// Encoder layers over the assets of a date, after those over time; 0 for none.
    var crossSectionLayers = 0
    var loss = Loss.mse
    var epochs = 30
    /// Rows in a training step; with layers over assets, whole dates of about as many rows.
    var batchSize = 256
    var learningRate = 1e-3
    /// Decoupled, as in AdamW.
    var weightDecay = 0.1
    /// The largest joint norm of the gradients; 0 for none.
    var gradientClip = 1.0
    var patience = 5
    /// What says which epoch was best on the validation rows.
    var stopping = TrainingOptions.Stopping.loss
  }

  static let id = "transformer"
  static let summary =
    "transformer encoder over windows of dates, with attention across assets as an option"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 2

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    try checks.require(given.steps, in: 0...1000, "steps")
    try checks.require(given.width, in: 1...4096, "width")
    try checks.require(
      given.heads >= 1 && given.width % max(1, given.heads) == 0, "heads", given.heads,
      "a divisor of the width, \(given.width)")
    try checks.require(given.layers, in: 1...16, "layers")
    try checks.require(given.feedForward, in: 1...16_384, "feedForward")
    try checks.requireProbability(given.dropout, "dropout")
    try checks.require(given.crossSectionLayers, in: 0...16, "crossSectionLayers")
    try checks.require(given.epochs, in: 1...100_000, "epochs")
    try checks.require(given.batchSize, in: 2...10_000_000, "batchSize")
    try checks.requirePositive(given.learningRate, "learningRate")
    try checks.requireNotNegative(given.weightDecay, "weightDecay")
    try checks.requireNotNegative(given.gradientClip, "gradientClip")
    try checks.require(given.patience, in: 1...100_000, "patience")
  }

  static func window(_ given: Hyperparameters) -> Int { max(1, given.steps) }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    try TorchRuntime.require(context.device)
    var weights = context.seeds.stream("weights")
    let network = try TransformerNetwork(
      TransformerNetwork.Shape(
        layout: StepLayout(steps: given.steps, of: train.samples),
        columns: train.samples.columns.count, layers: given.layers,
        crossSectionLayers: given.crossSectionLayers,
        layer: EncoderLayer.Shape(
          width: given.width, heads: given.heads, feedForward: given.feedForward,
          dropout: given.dropout, norm: given.norm, activation: given.activation)),
      using: &weights, device: context.device)
    let loop = TrainingLoop(
      TrainingOptions(
        epochs: given.epochs, patience: given.patience,
        batching: batching(given, train.samples), loss: given.loss, stopping: given.stopping,
        rule: .adamW(weightDecay: given.weightDecay), learningRate: given.learningRate,
        gradientClip: given.gradientClip > 0 ? given.gradientClip : nil))
    return try loop.run(
      network, train: train, validating: validating, seeds: context.seeds,
      device: context.device)
  }

  /// Assets can attend to each other only where the batch holds them all.
  private static func batching(_ given: Hyperparameters, _ samples: Samples) -> Batching {
    guard given.crossSectionLayers > 0 else { return .rows(given.batchSize) }
    let rows = max(1, samples.count / max(1, samples.dateRanges.count))
    return .dates(max(1, given.batchSize / rows))
  }
}
