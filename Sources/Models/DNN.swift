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
  }

  static let id = "dnn"
  static let summary = "multilayer perceptron over single rows, with early stopping"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 1

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    func require(
      _ holds: Bool, _ key: String, _ value: Any, _ accepted: String
    ) throws(SpecError) {
      guard holds else {
        throw .invalid(key: "\(id).\(key)", value: "\(value)", accepted: accepted)
      }
    }
    try require(
      (1...16).contains(given.hidden.count) && given.hidden.allSatisfy((1...8192).contains),
      "hidden", given.hidden, "1 to 16 widths of 1 to 8192")
    try require((0..<1).contains(given.dropout), "dropout", given.dropout, "0 to below 1")
    try require((1...100_000).contains(given.epochs), "epochs", given.epochs, "1 to 100000")
    try require(
      (2...10_000_000).contains(given.batchSize), "batchSize", given.batchSize,
      "2 to 10000000 rows")
    try require(
      given.learningRate > 0 && given.learningRate.isFinite, "learningRate", given.learningRate,
      "a number above 0")
    try require(
      given.weightDecay >= 0 && given.weightDecay.isFinite, "weightDecay", given.weightDecay,
      "0 or a number above")
    try require(
      given.gradientClip >= 0 && given.gradientClip.isFinite, "gradientClip", given.gradientClip,
      "0 (none) or a number above")
    try require(
      (1...100_000).contains(given.patience), "patience", given.patience, "1 to 100000 epochs")
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    let columns = train.samples.columns.count
    var weights = context.seeds.stream("weights")
    let body = try MLP(
      MLP.Shape(
        inputs: columns, hidden: given.hidden, normalization: given.normalization,
        activation: given.activation, dropout: given.dropout),
      using: &weights)
    let loop = TrainingLoop(
      TrainingOptions(
        epochs: given.epochs, patience: given.patience, batching: .rows(given.batchSize),
        loss: given.loss, stopping: given.stopping,
        rule: .adamW(weightDecay: given.weightDecay), learningRate: given.learningRate,
        gradientClip: given.gradientClip > 0 ? given.gradientClip : nil))
    return try loop.run(
      RowNetwork(body, columns: columns), train: train, validating: validating,
      seeds: context.seeds, device: context.device)
  }
}

extension TrainedNetwork: Predictor {}
