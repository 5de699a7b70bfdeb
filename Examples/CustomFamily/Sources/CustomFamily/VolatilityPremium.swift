import Market
import Models

/// Prefers assets by one feature: the deviation of their recent closes, with the sign that paid in training.
struct VolatilityPremium: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// The feature that is bet on.
    var column = "STD5"
  }

  static let id = "volatility_premium"
  static let summary = "one feature, with the sign of its training covariance"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 1

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ hyperparameters: Hyperparameters,
    in _: FitContext
  ) throws -> any Predictor {
    guard let column = train.samples.columns.firstIndex(of: hyperparameters.column) else {
      throw SpecError.unknown(
        kind: "column", id: hyperparameters.column, known: train.samples.columns)
    }
    let values = Self.values(of: train.samples, column)
    let (product, square) = zip(values, train.labels).reduce((Float(0), Float(0))) { sums, row in
      (sums.0 + row.0 * row.1, sums.1 + row.0 * row.0)
    }
    return Fitted(column: column, slope: square > 0 ? product / square : 0)
  }

  static func values(of samples: Samples, _ column: Int) -> [Float] {
    let (matrix, width) = (samples.matrix(), samples.columns.count)
    return stride(from: column, to: matrix.count, by: width).map { matrix[$0] }
  }

  struct Fitted: Predictor {
    let column: Int
    let slope: Float

    func predict(_ samples: Samples) -> [Float] {
      VolatilityPremium.values(of: samples, column).map { $0 * slope }
    }
  }
}
