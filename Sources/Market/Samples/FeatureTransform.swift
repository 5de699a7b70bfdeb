/// Per-column centring and scaling, fitted inside the fold on its training rows only.
///
/// A transformed value is `(x − center) · scale`, clipped to ±`clip`; a missing one becomes 0, the
/// training centre. A column that never varies in training is 0 throughout.
public struct FeatureTransform: Sendable, Codable, Equatable {
  public enum Kind: String, SpecChoice {
    /// Mean and standard deviation (divisor *n*), as scikit-learn's `StandardScaler`.
    case standard
    /// Median and 1.4826 × median absolute deviation, as Qlib's `RobustZScoreNorm`.
    case robust
  }

  public let center: [Float]
  public let scale: [Float]
  public let clip: Float

  public init(center: [Float], scale: [Float], clip: Float = 3) {
    precondition(center.count == scale.count && clip > 0)
    (self.center, self.scale, self.clip) = (center, scale, clip)
  }

  /// Fits to the rows given and to nothing else; missing values count for nothing.
  ///
  /// - Complexity: O(rows · columns), and a sort of each column for `robust`.
  public static func fit(
    _ kind: Kind, to keys: [SampleKey], of features: FeaturePanel, clip: Float = 3
  ) -> FeatureTransform {
    let width = features.columns.count
    var center = [Float](repeating: 0, count: width)
    var scale = [Float](repeating: 0, count: width)
    for column in 0..<width {
      let (middle, spread) =
        switch kind {
        case .standard: momentsOfColumn(column, keys, features)
        case .robust: mediansOfColumn(column, keys, features)
        }
      center[column] = Float(middle)
      scale[column] = spread > 1e-12 ? Float(1 / spread) : 0
    }
    return FeatureTransform(center: center, scale: scale, clip: clip)
  }

  private static func momentsOfColumn(
    _ column: Int, _ keys: [SampleKey], _ features: FeaturePanel
  ) -> (Double, Double) {
    // Two passes: a one-pass variance loses the digits of prices and volumes.
    var (sum, count) = (0.0, 0.0)
    forEachKnown(column, keys, features) { value in
      sum += value
      count += 1
    }
    guard count > 0 else { return (0, 0) }
    let mean = sum / count
    var squares = 0.0
    forEachKnown(column, keys, features) { squares += ($0 - mean) * ($0 - mean) }
    return (mean, (squares / count).squareRoot())
  }

  private static func mediansOfColumn(
    _ column: Int, _ keys: [SampleKey], _ features: FeaturePanel
  ) -> (Double, Double) {
    var known: [Double] = []
    forEachKnown(column, keys, features) { known.append($0) }
    guard !known.isEmpty else { return (0, 0) }
    let middle = median(&known)
    for index in known.indices { known[index] = abs(known[index] - middle) }
    return (middle, 1.4826 * median(&known))
  }

  private static func forEachKnown(
    _ column: Int, _ keys: [SampleKey], _ features: FeaturePanel, _ body: (Double) -> Void
  ) {
    let width = features.columns.count
    features.values.withUnsafeBufferPointer { values in
      for key in keys {
        let value = values[(Int(key.date) * features.assets + Int(key.asset)) * width + column]
        if value.isFinite { body(Double(value)) }
      }
    }
  }

  private static func median(_ values: inout [Double]) -> Double {
    values.sort()
    let half = values.count / 2
    return values.count % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2
  }
}
