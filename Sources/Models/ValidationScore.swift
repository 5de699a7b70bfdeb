import Market

/// How well predictions fit the validation rows, in the terms by which a hyperparameter is chosen.
///
/// Rank correlation is the default of the families: it is what tables rank by, does not care about
/// the size of the predictions (which shrinks with every penalty), is not ruled by the tails of the
/// labels, and cannot choose the empty model, whose correlation is undefined. The squared error of
/// weak signals is all but flat, so that a few large labels decide.
struct ValidationScore {
  let selection: Linear.Selection
  let validating: LabelledSamples

  /// `nil` where nothing can be said, such as the rank correlation of constant predictions.
  func score(_ predictions: [Float]) -> Double? {
    let score: Double? =
      switch selection {
      case .rankIC: meanRankCorrelation(predictions)
      case .mse: meanSquaredError(predictions)
      }
    return score.flatMap { $0.isFinite ? $0 : nil }
  }

  func isBetter(_ score: Double, than other: Double) -> Bool {
    switch selection {
    case .rankIC: score > other
    case .mse: score < other
    }
  }

  private func meanSquaredError(_ predictions: [Float]) -> Double? {
    guard validating.count > 0 else { return nil }
    let squares = zip(predictions, validating.labels).reduce(0.0) { sum, pair in
      let error = Double(pair.0) - Double(pair.1)
      return sum + error * error
    }
    return squares / Double(validating.count)
  }

  /// Mean over dates of Spearman's correlation; a date where it is undefined counts for nothing.
  private func meanRankCorrelation(_ predictions: [Float]) -> Double? {
    var (sum, dates) = (0.0, 0)
    for range in validating.samples.dateRanges {
      let predicted = averageRanks(predictions[range].map(Double.init))
      let realised = averageRanks(validating.labels[range].map(Double.init))
      guard let correlation = Self.correlation(predicted, realised) else { continue }
      sum += correlation
      dates += 1
    }
    return dates > 0 ? sum / Double(dates) : nil
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
    // Ranks 1 to n, ties shared, always have this mean.
    let mean = Double(a.count + 1) / 2
    var (product, left, right) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += (x - mean) * (y - mean)
      left += (x - mean) * (x - mean)
      right += (y - mean) * (y - mean)
    }
    return left > 0 && right > 0 ? product / (left * right).squareRoot() : nil
  }
}
