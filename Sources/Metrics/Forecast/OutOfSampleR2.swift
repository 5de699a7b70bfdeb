extension Metric {
  /// Out-of-sample R² against zero: 1 − Σ(y − ŷ)² / Σy², over all rows.
  ///
  /// The rival is a prediction of 0, not the mean of the test labels, which nobody could have known;
  /// for returns that is the harder one to beat. Negative where predicting 0 would have been better.
  ///
  /// Gu, Kelly and Xiu (2020), *Empirical Asset Pricing via Machine Learning*, eq. 19.
  public static let outOfSampleR2 = Metric(
    id: "r2", title: "R²", summary: "1 − squared error ÷ squared error of predicting 0",
    direction: .higherIsBetter, unit: .ratio, measures: [.forecastErrors],
    columns: [.squaredError, .squaredTarget, .rows], defining: .rows
  ) { scores, positions in
    quotient(of: .squaredError, to: .squaredTarget, scores, positions).map { 1 - $0 }
  }
}
