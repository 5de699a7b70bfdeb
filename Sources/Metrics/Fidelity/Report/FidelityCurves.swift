/// What pictures of a comparison need; NaN is `nil`.
public struct FidelityCurves: Sendable, Codable, Equatable {
  /// One curve of either side over common positions.
  public struct Pair: Sendable, Codable, Equatable {
    public let positions: [Double]
    public let real: [Double?]
    public let synthetic: [Double?]
  }

  /// Correlations between assets, row by row.
  public struct Matrices: Sendable, Codable, Equatable {
    /// Names, or positions where there are none.
    public let assets: [String]
    public let real: [Double?]
    /// `nil` where the universes differ.
    public let synthetic: [Double?]?
  }

  /// Running sums of log returns of the equally weighted market.
  public struct Fan: Sendable, Codable, Equatable {
    public let days: [Int]
    public let real: [Double]
    public let shares: [Double]
    /// For each share, its quantile over the synthetic paths by day.
    public let quantiles: [[Double]]
  }

  /// Density of daily returns; positions are real standard deviations.
  public let density: Pair
  /// Quantiles of daily returns in real standard deviations; positions are the shares below.
  public let quantiles: Pair
  /// Positions are lags, here and below; means over assets.
  public let autocorrelation: Pair
  public let absoluteAutocorrelation: Pair
  public let squaredAutocorrelation: Pair
  public let leverage: Pair
  /// At most `matrixAssets` of them.
  public let correlations: Matrices?
  /// Positions are ranks; eigenvalues sum to 1.
  public let spectrum: Pair?
  public let fan: Fan

  /// Most assets that a matrix shows.
  public static let matrixAssets = 32
  static let shares =
    [0.001, 0.0025, 0.005] + (1...99).map { Double($0) / 100 } + [0.995, 0.9975, 0.999]
  static let fanShares = [0.05, 0.25, 0.5, 0.75, 0.95]
  static let fanDays = 120

  init(
    real: (market: ReturnPaths, summary: MarketSummary),
    synthetic: (market: ReturnPaths, summary: MarketSummary)
  ) {
    let (a, b) = (real.summary, synthetic.summary)
    func lags(_ curve: (SeriesSummary) -> [Double]) -> Pair {
      func mean(_ market: MarketSummary) -> [Double] {
        let curves = market.series.map(curve)
        var mean = MeanCurve(lags: curves.first?.count ?? 0)
        for curve in curves { mean.add(curve) }
        return mean.values
      }
      return Pair((1...max(1, mean(a).count)).map(Double.init), mean(a), mean(b))
    }
    autocorrelation = lags(\.raw)
    absoluteAutocorrelation = lags(\.absolute)
    squaredAutocorrelation = lags(\.squared)
    leverage = lags(\.leverage)
    (density, quantiles) = (Self.density(a, b), Self.quantiles(a, b))
    spectrum = a.crossSection?.spectrum.flatMap { one in
      b.crossSection?.spectrum.map { other in
        Pair((1...one.count).map(Double.init), one, other)
      }
    }
    correlations = a.crossSection.map { one in
      let shown = evenlySpread(min(Self.matrixAssets, one.assets.count), of: one.assets.count)
      func part(_ section: CrossSection) -> [Double?] {
        shown.flatMap { row in
          shown.map { known(section.correlations[row * section.assets.count + $0]) }
        }
      }
      return Matrices(
        assets: shown.map { real.market.names?[one.assets[$0]] ?? "\(one.assets[$0])" },
        real: part(one), synthetic: a.isMatched ? b.crossSection.map(part) : nil)
    }
    fan = Self.fan(real.market, synthetic.market)
  }

  private static func density(_ real: MarketSummary, _ synthetic: MarketSummary) -> Pair {
    let bounds = (0...96).map { -6 + Double($0) / 8 }
    func mean(_ market: MarketSummary) -> [Double] {
      var mean = MeanCurve(lags: bounds.count - 1)
      for (scale, series) in zip(real.series, market.series) {
        let (sigma, sample) = (scale.daily.deviation, series.daily)
        guard sigma > 0, !sample.isEmpty else { continue }
        let below = bounds.map {
          Double(sample.count(below: Float(scale.daily.mean + $0 * sigma)))
        }
        mean.add(
          zip(below, below.dropFirst()).map { ($1 - $0) / Double(sample.values.count) * 8 })
      }
      return mean.values
    }
    return Pair(bounds.dropLast().map { $0 + 0.0625 }, mean(real), mean(synthetic))
  }

  private static func quantiles(_ real: MarketSummary, _ synthetic: MarketSummary) -> Pair {
    func mean(_ market: MarketSummary) -> [Double] {
      var mean = MeanCurve(lags: shares.count)
      for (scale, series) in zip(real.series, market.series) where scale.daily.deviation > 0 {
        mean.add(
          shares.map { share in
            series.daily.quantile(share)
              .map { ($0 - scale.daily.mean) / scale.daily.deviation } ?? .nan
          })
      }
      return mean.values
    }
    return Pair(shares, mean(real), mean(synthetic))
  }

  private static func fan(_ real: ReturnPaths, _ synthetic: ReturnPaths) -> Fan {
    let dates = min(real.dates, synthetic.dates)
    let count = min(fanDays, dates)
    let days = (1...count).map { $0 * dates / count }
    func path(_ market: ReturnPaths, _ path: Int) -> [Double] {
      let running = market.equallyWeighted(path: path)
      return days.map { running[$0 - 1] }
    }
    let paths = (0..<synthetic.paths).map { path(synthetic, $0) }
    let sorted = days.indices.map { day in paths.map { $0[day] }.sorted() }
    return Fan(
      days: days, real: path(real, 0), shares: fanShares,
      quantiles: fanShares.map { share in
        sorted.map { Interval.quantile(share, ofSorted: $0) }
      })
  }
}

extension FidelityCurves.Pair {
  init(_ positions: [Double], _ real: [Double], _ synthetic: [Double]) {
    self.init(
      positions: positions, real: real.map(known), synthetic: synthetic.map(known))
  }
}

/// `nil` for what JSON cannot say.
private func known(_ value: Double) -> Double? { value.isFinite ? value : nil }

extension ReturnPaths {
  /// Running sum of the mean log return of the assets that have one; days without any add 0.
  fileprivate func equallyWeighted(path: Int) -> [Double] {
    var (sums, counts) = (
      [Double](repeating: 0, count: dates), [Double](repeating: 0, count: dates)
    )
    for asset in 0..<assets {
      for (date, value) in series(path: path, asset: asset).enumerated() where !value.isNaN {
        sums[date] += Double(value)
        counts[date] += 1
      }
    }
    var total = 0.0
    return zip(sums, counts).map { sum, count in
      total += count > 0 ? sum / count : 0
      return total
    }
  }
}
