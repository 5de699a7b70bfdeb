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
      case .rankIC: meanRankCorrelation(predictions, validating.labels, validating.samples)
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
}
