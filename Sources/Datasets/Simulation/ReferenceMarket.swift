import Market

/// The built-in market: simulated stocks whose expected returns are known.
///
/// The simple return of asset *i* on day *s* is *m* + β·(market + jump) + sector + own noise. The
/// mean *m* is fixed on day *s* − `delay` from what was visible then: the drift of the market's
/// regime, plus the parts of `SignalParts` times their strengths and the width of the
/// cross-section. All else has expectation zero given the days before. The equations, their reasons
/// and what they leave out: `Documentation/reference-market.md`.
enum ReferenceMarket: SimulatedMarket {
  static let id = "reference"
  static let summary = "simulated stocks with sectors, crises and known expected returns"
  static let defaults = Parameters()

  /// What a simulation leaves behind, beside its dataset.
  struct Simulation {
    var panel: Panel
    var truth: ExpectedReturns
    /// By date.
    var regimes: [MarketRegime]
    /// Date × part × asset; empty unless asked for.
    var parts: [[[Double]]]
  }

  /// Days before the first date: the parts need history, and volatilities time to settle.
  static let warmUp = 250

  static func make(_ parameters: Parameters) throws -> Dataset {
    let simulation = try simulate(parameters)
    return Dataset(
      name: id, title: "Reference market (simulated, seed \(parameters.seed))", isSimulated: true,
      panel: simulation.panel, truth: simulation.truth)
  }

  /// - Throws: `SpecError` for a parameter out of range.
  /// - Complexity: O(assets · dates · lookback).
  static func simulate(
    _ parameters: Parameters, keepingParts: Bool = false
  ) throws -> Simulation {
    try validate(parameters)
    let groups = SectorGroups(assets: parameters.assets, sectors: parameters.sectors)
    var builder = try PanelBuilder(
      assets: parameters.assets, dates: parameters.dates,
      attributes: [
        "sector": groups.sector.map { "sector-\($0 + 1)" },
        "leader": groups.isLeader.map { $0 ? "yes" : "no" },
      ])
    var state = MarketState(parameters, groups)
    var presence = Presence(parameters, groups)
    let days = warmUp + parameters.dates
    var history = PriceHistory(assets: parameters.assets, days: days)
    // Entry s: the means of day s. Those of the first days follow from no history: drift only.
    var means: [[Double]] = []
    var regimes: [MarketRegime] = []
    var parts: [[[Double]]] = []
    let weights = parameters.strength.weights
    let needed = Set(
      SignalParts.Part.allCases.filter { keepingParts || weights[$0.rawValue] > 0 })
    for day in 0..<days {
      let mean =
        day < means.count
        ? means[day] : Array(repeating: state.expectedDrift, count: parameters.assets)
      if day >= means.count { means.append(mean) }
      let rows = state.next(means: mean)
      history.append(rows)
      let listed = presence.listed(onDate: day - warmUp)
      let signals = SignalParts.all(history, in: groups, listed: listed, needed: needed)
      while means.count < day + parameters.delay {
        means.append(Array(repeating: state.expectedDrift, count: parameters.assets))
      }
      means.append(state.means(from: signals))
      guard day >= warmUp else { continue }
      regimes.append(state.regime)
      if keepingParts { parts.append(signals) }
      for (asset, row) in rows.enumerated() {
        builder.append(presence.isObserved(asset, listed: listed) ? row.prices : nil)
      }
    }
    let daily = means[warmUp..<days].joined().map { Float($0) }
    return Simulation(
      panel: try builder.panel(),
      truth: ExpectedReturns(
        dates: parameters.dates, assets: parameters.assets, delay: parameters.delay,
        daily: daily, observed: builder.observed),
      regimes: regimes, parts: parts)
  }
}
