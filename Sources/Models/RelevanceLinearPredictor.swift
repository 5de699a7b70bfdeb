import Market
import Networks

/// The linear function over windows that a network was replaced by.
struct RelevanceLinearPredictor: StepExplainablePredictor {
  let lines: RelevanceLines
  let notes: [String: Double]

  var method: ExplanationMethod { .coefficients }

  func predict(_ samples: Samples) throws -> [Float] { try lines.predict(samples) }

  /// Slopes times values, summed over the steps; the base value is the intercept.
  func contributions(_ samples: Samples) throws -> FeatureContributions {
    let (steps, width) = (lines.steps, lines.columns.count)
    let whole = try contributionsByStep(samples).values
    var values: [Float] = []
    values.reserveCapacity(samples.count * width)
    for row in 0..<samples.count {
      for column in 0..<width {
        let sum = (0..<steps).reduce(0.0) {
          $0 + Double(whole[(row * steps + $1) * width + column])
        }
        values.append(Float(sum))
      }
    }
    return FeatureContributions(
      columns: samples.columns, values: values, baseValue: Float(lines.intercept))
  }

  /// Slopes times values; the base value is the intercept.
  func contributionsByStep(_ samples: Samples) throws -> StepContributions {
    try lines.require(samples)
    var values: [Float] = []
    samples.gatherWindows(samples.keys.indices, steps: lines.steps, into: &values)
    for index in values.indices {
      values[index] = Float(lines.slopes[index % lines.slopes.count] * Double(values[index]))
    }
    return StepContributions(
      steps: lines.steps, columns: samples.columns, values: values,
      baseValue: Float(lines.intercept))
  }
}

extension RelevanceLines {
  /// One value a row, in units of the labels; the same whichever rows are asked for together.
  ///
  /// - Throws: `TrainingError.columns` unless the samples have the columns of training.
  func predict(_ samples: Samples) throws(TrainingError) -> [Float] {
    try require(samples)
    var result: [Float] = []
    result.reserveCapacity(samples.count)
    var window: [Float] = []
    for row in 0..<samples.count {
      window.removeAll(keepingCapacity: true)
      samples.gatherWindows(CollectionOfOne(row), steps: steps, into: &window)
      var sum = intercept
      window.withUnsafeBufferPointer { values in
        slopes.withUnsafeBufferPointer { slopes in
          for index in slopes.indices { sum += slopes[index] * Double(values[index]) }
        }
      }
      result.append(Float(sum))
    }
    return result
  }

  func require(_ samples: Samples) throws(TrainingError) {
    guard samples.columns.count == columns.count else {
      throw .columns(expected: columns.count, got: samples.columns.count)
    }
  }
}
