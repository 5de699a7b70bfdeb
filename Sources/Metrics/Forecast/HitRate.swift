extension Metric {
  /// Share of rows whose prediction has the sign of the label.
  ///
  /// A row where either is exactly 0 takes no side and is left out of both counts.
  public static let hitRate = Metric(
    id: "hit_rate", title: "Hit rate", summary: "share of rows predicted with the right sign",
    direction: .higherIsBetter, unit: .fraction, measures: [.forecastErrors],
    columns: [.hits, .signed], defining: .signed
  ) { scores, positions in
    quotient(of: .hits, to: .signed, scores, positions)
  }
}
