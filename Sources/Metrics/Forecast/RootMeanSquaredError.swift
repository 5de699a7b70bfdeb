extension Metric {
  /// Root mean squared error: √(Σ(y − ŷ)² / n) over all rows, in units of the label.
  public static let rootMeanSquaredError = Metric(
    id: "rmse", title: "RMSE", summary: "root of the mean squared error of the label",
    direction: .lowerIsBetter, unit: .label, measures: [.forecastErrors],
    columns: [.squaredError, .rows], defining: .rows
  ) { scores, positions in
    quotient(of: .squaredError, to: .rows, scores, positions)?.squareRoot()
  }
}
