extension Metric {
  /// Mean absolute error: Σ|y − ŷ| / n over all rows, in units of the label.
  public static let meanAbsoluteError = Metric(
    id: "mae", title: "MAE", summary: "mean absolute error of the label, over all rows",
    direction: .lowerIsBetter, unit: .label, measures: [.forecastErrors],
    columns: [.absoluteError, .rows], defining: .rows
  ) { scores, positions in
    quotient(of: .absoluteError, to: .rows, scores, positions)
  }
}
