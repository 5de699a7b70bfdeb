import Market
import Metrics

/// A metric as a column of a report's tables: what it is headed, in which unit, to how many digits.
struct MetricColumn: Equatable {
  let id: String
  let title: String
  let digits: Int
  var factor = 1.0
  /// Whether tables of text show the interval beside the mean.
  var hasInterval = false

  /// What tables call the metrics they show most; all others are named by their registry entry.
  private static let house = [
    MetricColumn(id: "rank_ic", title: "RankIC", digits: 3, hasInterval: true),
    MetricColumn(id: "r2", title: "R² %", digits: 2, factor: 100),
    MetricColumn(id: "hit_rate", title: "hit %", digits: 1, factor: 100),
    MetricColumn(id: "ls_return", title: "L/S % p.a.", digits: 1, factor: 100),
    MetricColumn(
      id: "ls_return_net", title: "L/S net % p.a.", digits: 1, factor: 100, hasInterval: true),
    MetricColumn(id: "ls_sharpe_net", title: "Sharpe net", digits: 2),
    MetricColumn(id: "ls_turnover", title: "turnover", digits: 2),
    MetricColumn(id: "ls_break_even", title: "break-even bp", digits: 1, factor: 1e4),
  ]

  private init(
    id: String, title: String, digits: Int, factor: Double = 1, hasInterval: Bool = false
  ) {
    (self.id, self.title, self.digits) = (id, title, digits)
    (self.factor, self.hasInterval) = (factor, hasInterval)
  }

  init(_ metric: Metric) {
    if let known = Self.house.first(where: { $0.id == metric.id }) {
      self = known
      return
    }
    switch metric.unit {
    case .label, .correlation: self.init(id: metric.id, title: metric.title, digits: 3)
    case .ratio: self.init(id: metric.id, title: metric.title, digits: 2)
    case .fraction:
      self.init(id: metric.id, title: "\(metric.title) %", digits: 1, factor: 100)
    }
  }

  /// The columns that a spec asks for, RankIC first: it is what rows are sorted by.
  static func all(of experiment: Experiment) -> [MetricColumn] {
    let shown = experiment.metrics.filter { $0 != Metric.rankIC.id }
    return [MetricColumn(.rankIC)]
      + metricRegistry.entries(named: shown).map { MetricColumn($0) }
  }

  /// The score as tables of text show it.
  func text(of row: LeaderboardRow) -> String {
    let score = row.metrics[id]?.scaled(by: factor)
    return hasInterval
      ? Score.interval(score, digits: digits) : Score.plain(score?.mean, digits: digits)
  }

  /// The mean as tables of the page show it.
  func cell(of row: LeaderboardRow) -> HTML {
    HTML.cell(row.metrics[id]?.mean, digits: digits, factor: factor)
  }
}

extension Registry<Metric> {
  /// The entries of these ids, in their order; an id that is not known is passed over.
  fileprivate func entries(named ids: [String]) -> [Metric] {
    ids.compactMap { id in entries.first { $0.id == id } }
  }
}
