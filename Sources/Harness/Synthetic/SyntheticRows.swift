import Datasets
import Market

/// A synthetic market as models see it.
struct SyntheticRows {
  /// To learn from and to watch.
  let learnt: SourceRows
  /// To be tested on: as many dates as the fold tests, from a path of their own.
  let tested: SourceRows

  /// Dates before the watched and tested ones that the longest window may look back on.
  private static let before = 128

  /// Features and labels of sampled paths, each computed within its path.
  init(
    _ panels: [Panel], features: FeatureChoice, fold: Fold, on workbench: Workbench
  ) throws {
    let universe = workbench.dataset.panel.universe
    func rows(_ panel: Panel) throws -> SourceRows {
      let panel = try panel.spread(over: universe)
      let labels = try Labels(workbench.experiment.label, of: panel)
      let train = max(0, labels.labelledDates - fold.train.count)..<labels.labelledDates
      return SourceRows(
        features: try features.compute(on: panel),
        closes: try panel.series(of: "close", for: "the label"), targets: labels.targets,
        returns: labels.returns, train: Array(train), validation: [])
    }
    var parts = try panels.dropLast(2).map(rows)
    if !fold.validation.isEmpty {
      parts.append(
        try rows(panels[panels.count - 2]).last(fold.validation.count, after: Self.before))
    }
    learnt = SourceRows.joined(parts)
    tested = try rows(panels[panels.count - 1]).last(fold.test.count, after: Self.before)
  }
}

extension Panel {
  /// The same observations in a larger universe: assets that the panel lacks are unknown throughout.
  func spread(over universe: Universe) throws -> Panel {
    guard universe.assets != self.universe.assets else { return self }
    let places = Dictionary(
      uniqueKeysWithValues: universe.assets.enumerated().map { ($1, $0) })
    let width = fields.count
    var spread = [Float](repeating: .nan, count: dates * universe.count * width)
    for (asset, name) in self.universe.assets.enumerated() {
      guard let place = places[name] else { continue }
      for date in 0..<dates {
        for field in 0..<width {
          spread[(date * universe.count + place) * width + field] = self[date, asset, field]
        }
      }
    }
    return try Panel(calendar: calendar, universe: universe, fields: fields, values: spread)
  }
}
