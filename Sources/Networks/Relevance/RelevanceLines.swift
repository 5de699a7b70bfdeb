import Market
import Torch

/// A linear function of what a row shows, made of the straight lines nearest to a network's relevance.
///
/// For every step and column, over all rows, the relevance R of the value x is fitted by a + b x in
/// least squares: b = Cov(R, x) / Var(x), a = mean(R) − b · mean(x). On features of mean 0 that b is
/// the mean of R / x with weights x², so that a value of about 0, whose quotient says nothing,
/// counts for nothing. A value that never varies has b = 0. The sum of the lines has the network's
/// mean forecast; of a linear network it is that network, up to ε.
public struct RelevanceLines: Sendable, Equatable {
  public let steps: Int
  public let columns: [String]
  /// b, steps × columns, oldest step first: units of the labels per unit of a transformed feature.
  public let slopes: [Double]
  /// The mean training label and the sum of all a, in units of the labels.
  public let intercept: Double

  /// - Precondition: one slope a step and column.
  public init(steps: Int, columns: [String], slopes: [Double], intercept: Double) {
    precondition(slopes.count == steps * columns.count)
    (self.steps, self.columns) = (steps, columns)
    (self.slopes, self.intercept) = (slopes, intercept)
  }

  /// The mean of several linear functions of the same steps and columns.
  ///
  /// - Precondition: there is at least one.
  public init(meanOf lines: [RelevanceLines]) {
    let share = 1 / Double(lines.count)
    self.init(
      steps: lines[0].steps, columns: lines[0].columns,
      slopes: lines[0].slopes.indices.map { index in
        lines.reduce(0) { $0 + $1.slopes[index] } * share
      },
      intercept: lines.reduce(0) { $0 + $1.intercept } * share)
  }
}

extension TrainedNetwork where Network: RelevanceNetwork {
  /// The lines nearest to the relevance on these rows, which have to be training rows.
  ///
  /// Sums are kept in double precision. Without rows it is the mean training label.
  /// - Complexity: that of the relevance; memory does not grow with the number of rows.
  public func linearised(
    on samples: Samples, _ rule: EpsilonRule = EpsilonRule()
  ) throws -> RelevanceLines {
    var sums: [Tensor] = []
    try forEachRelevance(of: samples, rule) { inputs, relevance in
      let (x, r) = (try inputs.to(.float64), try relevance.to(.float64))
      let added = [
        try x.sum(0), try r.sum(0), try (x * x).sum(0), try (x * r).sum(0),
      ]
      sums = try sums.isEmpty ? added : zip(sums, added).map { try $0 + $1 }
    }
    let (n, count) = (Double(max(1, samples.count)), network.steps * samples.columns.count)
    var slopes = [Double](repeating: 0, count: count)
    var intercept = Double(scale.mean)
    if !sums.isEmpty {
      let moments = try sums.map { try $0.contiguous().doubles().map { $0 / n } }
      for index in 0..<count {
        let (x, r) = (moments[0][index], moments[1][index])
        let (square, product) = (moments[2][index], moments[3][index])
        let variance = square - x * x
        // What is left of a value that never varies is rounding.
        if variance > 1e-10 * square { slopes[index] = (product - x * r) / variance }
        intercept += r - slopes[index] * x
      }
    }
    return RelevanceLines(
      steps: network.steps, columns: samples.columns, slopes: slopes, intercept: intercept)
  }
}
