import Market
import Torch

/// How much of what can be foretold of the excess return can be read off the market code: an adversary that is
/// always at its best, and knows the answer.
///
/// Excess returns are nearly all noise. Of a label that can be foretold to a correlation of 0.05 the best adversary
/// takes 0.0025 off its error, and what it pushes back into the code is lost in the noise of a batch. A forecast has
/// no noise: E[Y_E | f_M] is the mean of E[Y_E | X] given f_M, so that a code in which no forecast is found gives
/// away nothing of what that forecast knows of the label. Two are looked for: that of the excess predictor, and that
/// of ridge regression on the row's own features, which is there from the beginning. Reading is linear, by ridge
/// regression over the batch in closed form, so that nothing has to keep up with the code, and fooling it by a turn
/// of sign gains nothing.
enum ForecastLeak {
  /// Of the unit of a code's mean variance.
  static let ridge = 1e-3

  /// The share of the variance of forecasts [rows, forecasts] within dates that `code` [rows, width] explains, 0 to 1.
  ///
  /// The graph ends at the code. `dateMeans` [rows, rows] makes of values their means over the row's date.
  static func share(
    of forecasts: Tensor, in code: Tensor, within dateMeans: Tensor
  ) throws -> Tensor {
    let (count, width) = (Double(code.shape[0]), code.shape[1])
    let deviations = try forecasts - dateMeans.matmul(forecasts)
    let targets = try (deviations / (deviations.square().mean(0, keepDims: true) + 1e-12).sqrt())
      .detached()
    let x = try code - dateMeans.matmul(code)
    let unit = try withoutGrad { try x.square().mean() + 1e-9 }
    let eye = try Tensor.eye(width, dtype: code.dtype, device: code.device)
    let covariance = try x.transposed().matmul(x) / count + eye * (unit * ridge)
    let products = try x.transposed().matmul(targets) / count
    return try (products * covariance.solve(products)).sum() / Double(targets.shape[1])
  }

  /// What ridge regression on each row's own features foretells of its label within its date, with one unit of
  /// penalty for a thousand rows.
  ///
  /// - Complexity: O(rows × columns²).
  static func linearForecasts(of train: LabelledSamples) throws -> [Float] {
    let (samples, width) = (train.samples, train.samples.columns.count)
    func deviations(on date: Range<Int>) throws -> Tensor {
      var values: [Float] = []
      samples.gather(date, into: &values)
      let x = try Tensor(values.map(Double.init), shape: [date.count, width])
      return try x - x.mean(0, keepDims: true)
    }
    var squares = try Tensor.eye(width, dtype: .float64) * (1e-3 * Double(train.count) + 1e-9)
    var products = try Tensor.zeros([width, 1], dtype: .float64)
    for date in samples.dateRanges {
      let x = try deviations(on: date)
      let labels = try Tensor(train.labels[date].map(Double.init), shape: [date.count, 1])
      squares = try squares + x.transposed().matmul(x)
      products = try products + x.transposed().matmul(labels)
    }
    let slopes = try squares.solve(products)
    return try samples.dateRanges.flatMap { date in
      try deviations(on: date).matmul(slopes).doubles().map { Float($0) }
    }
  }
}
