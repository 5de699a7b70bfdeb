import Market

/// Predicts the mean training label for everyone: a model below this has learnt nothing.
///
/// Its predictions are constant on every date, so its correlations are undefined and shown as such.
enum MeanLabel: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {}

  static let id = "mean_label"
  static let summary = "yardstick: the mean training label, for every asset"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 1

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _: Hyperparameters, in _: FitContext
  ) -> any Predictor {
    let sum = train.labels.reduce(0.0) { $0 + Double($1) }
    return Constant(value: Float(sum / Double(max(1, train.count))))
  }

  struct Constant: Predictor {
    let value: Float

    func predict(_ samples: Samples) -> [Float] { Array(repeating: value, count: samples.count) }
  }
}
