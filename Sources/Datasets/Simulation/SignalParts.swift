import Foundation

/// The four parts of the expected return, each from what was visible up to a date.
///
/// Each is standardised over the assets of the date, and made so that it hardly correlates with the
/// others nor with the return of the last five days, on which the reversal yardstick lives. Names
/// in capitals are features of Qlib's Alpha158.
enum SignalParts {
  enum Part: Int, CaseIterable {
    case linear, interaction, sequence, graph
  }

  /// Days of history that the parts look back on.
  static let lookback = 61

  /// Part × asset, as of the last day of the history; a part not needed is all zero.
  static func all(
    _ history: PriceHistory, in groups: SectorGroups, listed: [Bool], needed: Set<Part>
  ) -> [[Double]] {
    Part.allCases.map { part in
      guard needed.contains(part), history.days >= lookback else {
        return Array(repeating: 0, count: history.assets)
      }
      return switch part {
      case .linear: linear(history, listed)
      case .interaction: interaction(history, listed)
      case .sequence: sequence(history, listed)
      case .graph: graph(history, groups, listed)
      }
    }
  }

  /// Momentum, less the distance from the own trend, plus the lower shadow.
  ///
  /// 0.65 · (−ROC60) − 0.42 · RESI10 + 0.63 · KLOW, each standardised. For a random walk the five
  /// last days' return correlates √(5/60) = 0.289 with the first and 0.446 with the second, so
  /// that 0.42 ≈ 0.65 · 0.289 / 0.446 leaves none in the sum.
  static func linear(_ history: PriceHistory, _ listed: [Bool]) -> [Double] {
    let last = (history.days - 1) * history.assets
    let assets = 0..<history.assets
    let roc60 = assets.map {
      history.close[last - 60 * history.assets + $0] / history.close[last + $0]
    }
    let resi10 = assets.map { asset in
      let close = history.recent(history.close, asset, 10)
      return Trend(close).lastResidual / close[9]
    }
    let klow = assets.map { asset in
      let (open, close) = (history.open[last + asset], history.close[last + asset])
      return (min(open, close) - history.low[last + asset]) / open
    }
    let scored = [roc60, resi10, klow].map { CrossSection.standardised($0, counting: listed) }
    let sum = assets.map { -0.65 * scored[0][$0] - 0.42 * scored[1][$0] + 0.63 * scored[2][$0] }
    return CrossSection.standardised(sum, counting: listed)
  }

  /// CORR10 × RSQR10, both standardised first: price moving with volume matters in a clear trend.
  ///
  /// By symmetry the product is uncorrelated with either factor.
  static func interaction(_ history: PriceHistory, _ listed: [Bool]) -> [Double] {
    let assets = 0..<history.assets
    let close = assets.map { history.recent(history.close, $0, 10) }
    let corr10 = assets.map {
      correlation(close[$0], history.recent(history.logVolume, $0, 10))
    }
    let rsqr10 = close.map { Trend($0).explained }
    let scored = [corr10, rsqr10].map { CrossSection.standardised($0, counting: listed) }
    return CrossSection.standardised(
      assets.map { scored[0][$0] * scored[1][$0] }, counting: listed)
  }

  /// A wave over the daily returns of 5 to 18 days ago: two periods of seven days.
  ///
  /// Its weights sum to zero (no momentum), start after the reversal's five days, and are
  /// orthogonal to those of RESI10, which fixes the phase at 0.4438.
  static func sequence(_ history: PriceHistory, _ listed: [Bool]) -> [Double] {
    let last = (history.days - 1) * history.assets
    let sum = (0..<history.assets).map { asset in
      wave.enumerated().reduce(0) { sum, item in
        sum + item.element * history.returns[last - (5 + item.offset) * history.assets + asset]
      }
    }
    return CrossSection.standardised(sum, counting: listed)
  }

  /// Weights of the wave, by days before the fifth.
  static let wave = (0..<14).map { cos(2 * Double.pi * Double($0) / 7 + 0.4438) }

  /// What moved the leaders of the own sector, themselves only, over the last five days.
  ///
  /// The mean over the sector's leaders other than the asset itself, 0 where there is none: nothing
  /// in the asset's own history tells it.
  static func graph(
    _ history: PriceHistory, _ groups: SectorGroups, _ listed: [Bool]
  ) -> [Double] {
    let moves = (0..<history.assets).map { asset in
      history.recent(history.ownReturns, asset, 5).reduce(0, +)
    }
    let sum = (0..<history.assets).map { asset in
      let leaders = groups.leaders(of: asset)
      guard !leaders.isEmpty else { return 0.0 }
      return leaders.reduce(0) { $0 + moves[$1] } / Double(leaders.count)
    }
    return CrossSection.standardised(sum, counting: listed)
  }

  /// Pearson's correlation; 0 where either side is constant.
  static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    let scale = (xx * yy).squareRoot()
    return scale > 1e-300 ? xy / scale : 0
  }
}

/// The straight line through equally spaced values, by least squares.
struct Trend {
  /// The last value less the line there.
  let lastResidual: Double
  /// The share of variance that the line explains (R²).
  let explained: Double

  /// - Precondition: at least two values.
  init(_ values: [Double]) {
    let times = values.indices.map(Double.init)
    let middle = Double(values.count - 1) / 2
    let mean = values.reduce(0, +) / Double(values.count)
    let spread = times.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let slope = zip(times, values).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) } / spread
    lastResidual = values[values.count - 1] - mean - slope * middle
    let correlation = SignalParts.correlation(times, values)
    explained = correlation * correlation
  }
}
