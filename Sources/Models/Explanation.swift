import Market
import Networks

/// A predictor that can say what each feature added to each prediction.
public protocol ExplainablePredictor: Predictor {
  /// How its predictions are divided among the features.
  var method: ExplanationMethod { get }
  /// Contributions to the predictions of these rows; what they cost is the family's to say.
  func contributions(_ samples: Samples) throws -> FeatureContributions
}

/// A predictor of windows that can also say at which step a feature counted.
public protocol StepExplainablePredictor: ExplainablePredictor {
  /// Contributions to the predictions of these rows by step; summed over the steps they are those of
  /// `contributions`, up to rounding.
  func contributionsByStep(_ samples: Samples) throws -> StepContributions
}

/// A way of dividing a prediction among the features, as reports name it.
public enum ExplanationMethod: String, Codable, Sendable {
  /// Weights times values of a linear function.
  case coefficients
  /// Shapley values of an ensemble of trees (Lundberg et al., 2020).
  case shap
  /// Layer-wise relevance propagation through a network (Bach et al., 2015).
  case lrp
}

/// What each feature added to each prediction: rows × columns, row-major, in units of the labels.
///
/// A row's values and the base value sum to its prediction, up to rounding. A feature of many time
/// steps has the sum over its steps. How the prediction is divided is the family's: weights times
/// values for linear functions, SHAP values for trees, relevance for networks.
public struct FeatureContributions: Sendable, Equatable {
  public let columns: [String]
  public let values: [Float]
  /// What is predicted when no feature says anything: the same for every row.
  public let baseValue: Float

  /// - Precondition: a whole number of rows.
  public init(columns: [String], values: [Float], baseValue: Float) {
    precondition(columns.isEmpty ? values.isEmpty : values.count % columns.count == 0)
    (self.columns, self.values, self.baseValue) = (columns, values, baseValue)
  }

  public var rows: Int { columns.isEmpty ? 0 : values.count / columns.count }

  /// Mean over rows of the absolute contribution, one a column: how much a feature matters.
  ///
  /// 0 where there are no rows.
  public var meanMagnitudes: [Double] {
    var sums = [Double](repeating: 0, count: columns.count)
    for row in 0..<rows {
      for column in columns.indices {
        sums[column] += Double(abs(values[row * columns.count + column]))
      }
    }
    return sums.map { $0 / Double(max(1, rows)) }
  }
}
