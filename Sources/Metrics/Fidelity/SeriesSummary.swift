/// What is known of the returns of one asset over all paths of a market, or of several assets pooled.
struct SeriesSummary: Sendable {
  /// Sums over each horizon of the settings, in their order.
  let aggregates: [SortedSample]
  /// Daily log returns.
  let daily: SortedSample
  /// Mean over the series; NaN where undefined.
  let raw: [Double]
  let absolute: [Double]
  let squared: [Double]
  let leverage: [Double]
  /// Medians over the series: a kurtosis grows with the length of a series, so that of all paths
  /// end to end could not be compared with that of one.
  let skewness: Double?
  let excessKurtosis: Double?
  let lossTail: Double?
  let gainTail: Double?
  /// For each risk level of the settings.
  let risk: [ValueAtRisk?]
  /// Mean over the series that have volumes.
  let volumeVolatility: Double?
  /// The series themselves by date, of a market with one path alone.
  let ordered: [[Float]]

  /// Summarises some paths and assets of the market together.
  init(
    _ market: ReturnPaths, members: [(path: Int, asset: Int)], settings: FidelitySettings,
    lags: Int
  ) {
    func sums(over horizon: Int) -> SortedSample {
      SortedSample(
        members.flatMap {
          aggregated(market.series(path: $0.path, asset: $0.asset), over: horizon)
        })
    }
    let aggregates = settings.horizons.map(sums)
    // Horizon 1 need not be among those asked for.
    let daily = settings.horizons.firstIndex(of: 1).map { aggregates[$0] } ?? sums(over: 1)
    (self.aggregates, self.daily) = (aggregates, daily)
    lossTail = tailIndex(daily, .losses)
    gainTail = tailIndex(daily, .gains)
    risk = settings.riskLevels.map { ValueAtRisk(daily, level: $0) }

    let empty = MeanCurve(lags: lags)
    var (raw, absolute, squared, leverage) = (empty, empty, empty, empty)
    var (volumes, shapes) = ([Double](), [Shape]())
    for member in members {
      let series = market.series(path: member.path, asset: member.asset)
      if let shape = Shape(SortedSample(aggregated(series, over: 1))) { shapes.append(shape) }
      if let curves = LagCorrelations(series, lags: lags) {
        raw.add(curves.raw)
        absolute.add(curves.absolute)
        squared.add(curves.squared)
        leverage.add(curves.leverage)
      }
      if let traded = market.volumes(path: member.path, asset: member.asset),
        let correlation = Metrics.volumeVolatility(series, traded)
      {
        volumes.append(correlation)
      }
    }
    (self.raw, self.absolute) = (raw.values, absolute.values)
    (self.squared, self.leverage) = (squared.values, leverage.values)
    volumeVolatility = volumes.isEmpty ? nil : volumes.reduce(0, +) / Double(volumes.count)
    func median(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : Interval.quantile(0.5, ofSorted: values.sorted())
    }
    skewness = median(shapes.map(\.skewness))
    excessKurtosis = median(shapes.map(\.excessKurtosis))
    ordered =
      market.paths == 1 ? members.map { Array(market.series(path: 0, asset: $0.asset)) } : []
  }

  func curve(_ function: ReturnFunction) -> [Double] {
    switch function {
    case .raw: raw
    case .absolute: absolute
    case .squared: squared
    }
  }
}
