import Market
import Torch

/// The fit of a path that predicts the validation rows best.
///
/// Rank correlation is the default: it is what tables rank by, does not care about the size of the
/// predictions (which shrinks along the path), is not ruled by the tails of the labels, and cannot
/// choose the empty model, whose correlation is undefined. The squared error of weak signals is all
/// but flat, so that a few large labels decide. Equally good fits: the strongest penalty.
struct LinearChoice {
  let index: Int
  /// The chosen fit's score; NaN where no fit has one.
  let score: Double

  init(
    among fits: [LinearFit], on validating: LabelledSamples, by selection: Linear.Selection
  ) throws {
    let predictions = try Self.predictions(of: fits, on: validating.samples)
    var best: (index: Int, score: Double)?
    for (index, values) in predictions.enumerated() {
      let score: Double?
      switch selection {
      case .rankIC: score = Self.meanRankCorrelation(values, validating)
      case .mse: score = Self.meanSquaredError(values, validating)
      }
      guard let score, score.isFinite else { continue }
      let improves =
        best.map { selection == .mse ? score < $0.score : score > $0.score } ?? true
      if improves { best = (index, score) }
    }
    // Nothing to choose by, as when every date has one row: as without validation rows.
    (index, score) = best ?? (fits.count / 2, .nan)
  }

  /// One list a fit, of one value a row.
  private static func predictions(
    of fits: [LinearFit], on samples: Samples, block: Int = 8192
  ) throws -> [[Float]] {
    let width = samples.columns.count
    guard width > 0 else {
      return fits.map { Array(repeating: Float($0.intercept), count: samples.count) }
    }
    let weights = try Tensor(fits.flatMap(\.weights), shape: [fits.count, width])
    let intercepts = try Tensor(fits.map(\.intercept), shape: [fits.count, 1])
    var result = [[Float]](repeating: [], count: fits.count)
    var buffer: [Float] = []
    for start in stride(from: 0, to: samples.count, by: block) {
      let range = start..<min(start + block, samples.count)
      buffer.removeAll(keepingCapacity: true)
      samples.gather(range, into: &buffer)
      let x = try Tensor(buffer, shape: [range.count, width]).to(.float64)
      let values = try (weights.matmul(x.transposed()) + intercepts).to(.float32).floats()
      for index in fits.indices {
        result[index] += values[index * range.count..<(index + 1) * range.count]
      }
    }
    return result
  }

  private static func meanSquaredError(
    _ predictions: [Float], _ validating: LabelledSamples
  ) -> Double? {
    let squares = zip(predictions, validating.labels).reduce(0.0) { sum, pair in
      let error = Double(pair.0) - Double(pair.1)
      return sum + error * error
    }
    return squares / Double(validating.count)
  }

  /// Mean over dates of Spearman's correlation; a date where it is undefined counts for nothing.
  private static func meanRankCorrelation(
    _ predictions: [Float], _ validating: LabelledSamples
  ) -> Double? {
    var (sum, dates) = (0.0, 0)
    for range in validating.samples.dateRanges {
      let predicted = averageRanks(predictions[range].map(Double.init))
      let realised = averageRanks(validating.labels[range].map(Double.init))
      guard let correlation = correlation(predicted, realised) else { continue }
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
