import Market
import Torch

/// The fit of a path that predicts the validation rows best, by `ValidationScore`.
///
/// Equally good fits: the strongest penalty.
struct LinearChoice {
  let index: Int
  /// The chosen fit's score; NaN where no fit has one.
  let score: Double

  init(
    among fits: [LinearFit], on validating: LabelledSamples, by selection: Linear.Selection
  ) throws {
    let scoring = ValidationScore(selection: selection, validating: validating)
    let predictions = try Self.predictions(of: fits, on: validating.samples)
    var best: (index: Int, score: Double)?
    for (index, values) in predictions.enumerated() {
      guard let score = scoring.score(values) else { continue }
      if best.map({ scoring.isBetter(score, than: $0.score) }) ?? true { best = (index, score) }
    }
    // Nothing to choose by, as when every date has one row: as without validation rows.
    (index, score) = best ?? (fits.count / 2, .nan)
  }

  /// One list a fit, of one value a row.
  private static func predictions(
    of fits: [LinearFit], on samples: Samples
  ) throws -> [[Float]] {
    let width = samples.columns.count
    guard width > 0 else {
      return fits.map { Array(repeating: Float($0.intercept), count: samples.count) }
    }
    let weights = try Tensor(fits.flatMap(\.weights), shape: [fits.count, width])
    let intercepts = try Tensor(fits.map(\.intercept), shape: [fits.count, 1])
    var result = [[Float]](repeating: [], count: fits.count)
    try samples.forEachBlock { range, values in
      let x = try Tensor(values, shape: [range.count, width]).to(.float64)
      let block = try (weights.matmul(x.transposed()) + intercepts).to(.float32).floats()
      for index in fits.indices {
        result[index] += block[index * range.count..<(index + 1) * range.count]
      }
    }
    return result
  }
}
