import Market
import Networks
import Torch

/// A multilayer perceptron over the features of a row.
enum DNN: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Widths of the hidden layers, first to last.
    var hidden = [64, 32]
    var normalization = Normalization.batch
    var activation = Activation.relu
    /// Probability of dropping a hidden unit.
    var dropout = 0.3
    var loss = Loss.mse
    var epochs = 30
    /// Rows in a training step.
    var batchSize = 1024
    var learningRate = 3e-3
    /// Decoupled, as in AdamW.
    var weightDecay = 0.3
    /// The largest joint norm of the gradients; 0 for none.
    var gradientClip = 1.0
    var patience = 5
    /// What says which epoch was best on the validation rows.
    var stopping = TrainingOptions.Stopping.loss
    /// Networks, each from seeds of its own, whose mean is the forecast.
    var ensemble = 1
  }

  static let id = "dnn"
  static let summary = "multilayer perceptron over single rows, with early stopping"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 3

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    try checks.require(
      (1...16).contains(given.hidden.count) && given.hidden.allSatisfy((1...8192).contains),
      "hidden", given.hidden, "1 to 16 widths of 1 to 8192")
    try checks.requireProbability(given.dropout, "dropout")
    try checks.require(given.epochs, in: 1...100_000, "epochs")
    try checks.require(given.batchSize, in: 2...10_000_000, "batchSize", "rows")
    try checks.requirePositive(given.learningRate, "learningRate")
    try checks.requireNotNegative(given.weightDecay, "weightDecay")
    try checks.require(
      given.gradientClip >= 0 && given.gradientClip.isFinite, "gradientClip", given.gradientClip,
      "0 (none) or a number above")
    try checks.require(given.patience, in: 1...100_000, "patience", "epochs")
    try checks.require(given.ensemble, in: 1...1000, "ensemble", "networks")
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    let members = try networks(train, validating: validating, given, in: context)
    return try members.count == 1
      ? members[0] : Ensemble(members, validating: validating?.samples)
  }

  /// The networks of the ensemble; the first has the seeds of a network by itself.
  static func networks(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> [TrainedNetwork<RowNetwork<MLP>>] {
    try (0..<given.ensemble).map { member in
      let seeds = member == 0 ? context.seeds : context.seeds.subtree("member", "\(member)")
      return try network(
        train, validating: validating, given, seeds: seeds, device: context.device)
    }
  }

  private static func network(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    seeds: SeedTree, device: Device
  ) throws -> TrainedNetwork<RowNetwork<MLP>> {
    let columns = train.samples.columns.count
    try TorchRuntime.require(device)
    var weights = seeds.stream("weights")
    let body = try MLP(
      MLP.Shape(
        inputs: columns, hidden: given.hidden, normalization: given.normalization,
        activation: given.activation, dropout: given.dropout),
      using: &weights, device: device)
    let loop = TrainingLoop(
      TrainingOptions(
        epochs: given.epochs, patience: given.patience, batching: .rows(given.batchSize),
        loss: given.loss, stopping: given.stopping,
        rule: .adamW(weightDecay: given.weightDecay), learningRate: given.learningRate,
        gradientClip: given.gradientClip > 0 ? given.gradientClip : nil))
    return try loop.run(
      RowNetwork(body, columns: columns, device: device), train: train, validating: validating,
      seeds: seeds, device: device)
  }
}

extension TrainedNetwork: Predictor {}
