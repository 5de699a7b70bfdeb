extension DailyColumn {
  /// Pearson correlation of predictions and forward returns across the assets of a date.
  public static let ic = DailyColumn("ic")
  /// Spearman correlation of the same, ties sharing their mean rank.
  public static let rankIC = DailyColumn("rank_ic")
}

extension DailyMeasure {
  /// Daily IC and RankIC, as Qlib's `calc_ic`: against raw forward returns.
  ///
  /// Undefined on a date with fewer than two assets, or where either side is constant.
  public static let informationCoefficients = DailyMeasure([.ic, .rankIC]) { rows, _ in
    let undefined = [Double](repeating: .nan, count: rows.ranges.count)
    var (ic, rankIC) = (undefined, undefined)
    var sorter = SectionSorter()
    var (predictedRanks, realisedRanks) = ([Double](), [Double]())
    rows.forEachSection(against: rows.returns) { position, section in
      guard let correlation = pearson(section.predicted, section.realised) else { return }
      ic[position] = correlation
      sorter.rank(section.predicted, into: &predictedRanks)
      sorter.rank(section.realised, into: &realisedRanks)
      rankIC[position] = pearson(predictedRanks, realisedRanks) ?? .nan
    }
    return [ic, rankIC]
  }
}

extension Metric {
  /// IC: mean over dates of the cross-sectional Pearson correlation.
  public static let ic = informationCoefficient(
    .ic, title: "IC", summary: "mean daily Pearson correlation of prediction and forward return")

  /// RankIC: mean over dates of the cross-sectional Spearman correlation.
  public static let rankIC = informationCoefficient(
    .rankIC, title: "RankIC",
    summary: "mean daily Spearman correlation of prediction and forward return")

  /// ICIR: mean over sample standard deviation of the daily IC, not annualised, as Qlib has it.
  public static let icir = informationRatio(
    .ic, id: "icir", title: "ICIR", summary: "mean ÷ standard deviation of the daily IC")

  /// RankICIR: the same of the daily RankIC.
  public static let rankICIR = informationRatio(
    .rankIC, id: "rank_icir", title: "RankICIR",
    summary: "mean ÷ standard deviation of the daily RankIC")

  private static func informationCoefficient(
    _ column: DailyColumn, title: String, summary: String
  ) -> Metric {
    Metric(
      id: column.name, title: title, summary: summary, direction: .higherIsBetter,
      unit: .correlation, measures: [.informationCoefficients], columns: [column], defining: column
    ) { scores, positions in
      mean(of: scores[column], at: positions)
    }
  }

  private static func informationRatio(
    _ column: DailyColumn, id: String, title: String, summary: String
  ) -> Metric {
    Metric(
      id: id, title: title, summary: summary, direction: .higherIsBetter, unit: .ratio,
      measures: [.informationCoefficients], columns: [column],
      defining: column
    ) { scores, positions in
      Moments(of: scores[column], at: positions).meanOverDeviation
    }
  }
}
