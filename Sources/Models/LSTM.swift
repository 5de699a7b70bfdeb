import Market
import Networks
import Torch

/// A recurrent network over the last dates of an asset, read out at the last of them.
enum LSTM: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Dates in a window, the row's own included; 0 for those that the columns lay out (`raw`).
    var steps = 20
    var cell = Recurrent.Cell.lstm
    var layers = 1
    /// Width of the state of each layer.
    var hidden = 32
    /// Probability of dropping a unit between layers and before the head.
    var dropout = 0.1
    /// Adds a learnt mean over the states of all steps to the last state, and a layer before the
    /// first: ALSTM.
    var attention = false
    var loss = Loss.mse
    var epochs = 30
    /// Rows in a training step.
    var batchSize = 256
    var learningRate = 3e-3
    /// Decoupled, as in AdamW.
    var weightDecay = 0.1
    /// The largest joint norm of the gradients; 0 for none.
    var gradientClip = 1.0
    var patience = 5
    /// What says which epoch was best on the validation rows.
    var stopping = TrainingOptions.Stopping.loss
  }

  static let id = "lstm"
  static let summary = "LSTM or GRU over windows of dates, with temporal attention as an option"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 2

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    try checks.require(given.steps, in: 0...1000, "steps")
    try checks.require(given.layers, in: 1...16, "layers")
    try checks.require(given.hidden, in: 1...4096, "hidden")
    try checks.requireProbability(given.dropout, "dropout")
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
    try network(train, validating: validating, given, in: context)
  }

  static func network(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> TrainedNetwork<WindowNetwork<RecurrentForecaster>> {
    let columns = train.samples.columns.count
    let layout = try StepLayout(steps: given.steps, of: train.samples)
    try TorchRuntime.require(context.device)
    var weights = context.seeds.stream("weights")
    let body = try RecurrentForecaster(
      RecurrentForecaster.Shape(
        cell: given.cell, inputs: layout.inputs(of: columns), layers: given.layers,
        hidden: given.hidden,
        dropout: given.dropout, attention: given.attention),
      using: &weights, device: context.device)
    let loop = TrainingLoop(
      TrainingOptions(
        epochs: given.epochs, patience: given.patience, batching: .rows(given.batchSize),
        loss: given.loss, stopping: given.stopping,
        rule: .adamW(weightDecay: given.weightDecay), learningRate: given.learningRate,
        gradientClip: given.gradientClip > 0 ? given.gradientClip : nil))
    return try loop.run(
      WindowNetwork(body, layout: layout, columns: columns, device: context.device),
      train: train, validating: validating, seeds: context.seeds, device: context.device)
  }
}
