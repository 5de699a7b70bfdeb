import Market

extension ScenarioSearch {
  /// The account of paths that met every target.
  func outcome(
    of reached: [ScenarioStatistics], _ paths: [MarketMoves], seed: UInt64, draws: Int
  ) -> ScenarioOutcome {
    let rows = targets.items.map { item in
      let values = reached.map(item.value)
      return ScenarioOutcome.Row(
        quantity: item.quantity, usual: usualValue(of: item.quantity), target: item.target,
        reached: values.reduce(0, +) / Double(max(1, values.count)),
        least: values.min() ?? .nan, most: values.max() ?? .nan, tolerance: item.tolerance)
    }
    return ScenarioOutcome(
      scenario: scenario.name, severity: severity, horizon: scenario.horizon, seed: seed,
      paths: paths.count, draws: draws, rows: rows, notApplicable: notApplicable,
      plausibility: plausibility(paths))
  }

  /// What the nearest draw missed.
  func miss(
    by generator: String, draws: Int, found: Int, wanted: Int, nearest: ScenarioStatistics?
  ) -> ScenarioError {
    ScenarioError(
      scenario: scenario.name, severity: severity, generator: generator, draws: draws,
      found: found, wanted: wanted,
      misses: targets.items.compactMap { item in
        let value = nearest.map { item.value($0) } ?? .nan
        return abs(value - item.target) <= item.tolerance
          ? nil : .init(quantity: item.quantity, target: item.target, nearest: value)
      })
  }

  private func usualValue(of quantity: String) -> Double? {
    switch quantity {
    case "drawdown": usual.drawdown
    case "return": usual.drift
    case "correlation": usual.correlation
    case "volume": 1
    default: usual.volatilities.first
    }
  }

  var notApplicable: [String] {
    var lines: [String] = []
    if scenario.correlation != nil, targets.correlation == nil {
      lines.append("correlation: no two assets have returns on the same dates")
    }
    if scenario.volume != nil, targets.volume == nil {
      lines.append("volume: the market has no volume")
    }
    return lines
  }
}
