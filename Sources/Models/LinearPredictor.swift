import Market

/// Weights times features, plus the intercept.
struct LinearPredictor: ExplainablePredictor {
  let fit: LinearFit
  let notes: [String: Double]

  var method: ExplanationMethod { .coefficients }

  func predict(_ samples: Samples) -> [Float] {
    let width = fit.weights.count
    var result: [Float] = []
    result.reserveCapacity(samples.count)
    samples.forEachBlock { range, values in
      // Row by row rather than as a matrix product, whose bits may depend on the number of rows.
      values.withUnsafeBufferPointer { values in
        fit.weights.withUnsafeBufferPointer { weights in
          for row in 0..<range.count {
            var sum = fit.intercept
            for column in 0..<width {
              sum += weights[column] * Double(values[row * width + column])
            }
            result.append(Float(sum))
          }
        }
      }
    }
    return result
  }

  /// Weights times values; the base value is the intercept, as features are centred on the training
  /// rows.
  func contributions(_ samples: Samples) -> FeatureContributions {
    var values: [Float] = []
    values.reserveCapacity(samples.count * fit.weights.count)
    samples.forEachBlock { _, block in
      var column = 0
      for value in block {
        values.append(Float(fit.weights[column] * Double(value)))
        column = column + 1 == fit.weights.count ? 0 : column + 1
      }
    }
    return FeatureContributions(
      columns: samples.columns, values: values, baseValue: Float(fit.intercept))
  }
}
