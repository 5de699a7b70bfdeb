/// Skewness and excess kurtosis of a sample, without bias correction (as `scipy.stats`).
struct Shape: Sendable, Equatable {
  let skewness: Double
  let excessKurtosis: Double

  /// `nil` for fewer than two values or equal ones.
  init?(_ sample: SortedSample) {
    guard sample.values.count > 1, sample.deviation > 0 else { return nil }
    var (cubes, fourths) = (0.0, 0.0)
    sample.values.withUnsafeBufferPointer { values in
      for value in values {
        let z = (Double(value) - sample.mean) / sample.deviation
        let square = z * z
        cubes += square * z
        fourths += square * square
      }
    }
    let count = Double(sample.values.count)
    (skewness, excessKurtosis) = (cubes / count, fourths / count - 3)
  }
}

extension FidelityMetric {
  static let skewness = FidelityMetric(
    id: "skewness", title: "Skewness", group: .distribution,
    summary: "|difference| of the median skewness of a path's daily log returns", unit: .ratio
  ) { $0.skewness }

  static let kurtosis = FidelityMetric(
    id: "kurtosis", title: "Excess kurtosis", group: .distribution,
    summary: "|difference| of the median excess kurtosis of a path's daily log returns",
    unit: .ratio
  ) { $0.excessKurtosis }
}
