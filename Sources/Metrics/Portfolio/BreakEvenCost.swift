extension Metric {
  /// Break-even cost: what trading may cost, as a share of the value traded, before nothing is left.
  ///
  /// Σr / Σ|Δw| over the dates on which both are known: at this rate the annual return after costs is
  /// exactly 0. 0.001 are 10 basis points; negative for a portfolio that loses before costs. Undefined
  /// where nothing is traded.
  public static let breakEvenCost = Metric(
    id: "ls_break_even", title: "Break-even cost",
    summary: "cost, as a share of the value traded, that would eat the whole long-short return",
    direction: .higherIsBetter, unit: .fraction, measures: [.longShort],
    defining: .longShortReturn
  ) { scores, positions in
    let (gross, traded) = (scores[.longShortReturn], scores[.tradedValue])
    var (earned, value) = (0.0, 0.0)
    for position in positions where !gross[position].isNaN && !traded[position].isNaN {
      earned += gross[position]
      value += traded[position]
    }
    return value > 0 ? earned / value : nil
  }
}
