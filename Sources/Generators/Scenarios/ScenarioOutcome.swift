import Market

/// What a scenario asked for and what the paths made for it came to.
public struct ScenarioOutcome: Codable, Sendable, Equatable {
  public struct Row: Codable, Sendable, Equatable {
    /// Such as `drawdown`, or `volatility 2` for the second phase.
    public var quantity: String
    /// Middle of the market's own history.
    public var usual: Double?
    public var target: Double
    /// Mean over the paths, the least and the most.
    public var reached: Double
    public var least: Double
    public var most: Double
    public var tolerance: Double
  }

  public var scenario: String
  public var severity: Double
  public var horizon: Int
  public var seed: UInt64
  public var paths: Int
  /// Draws of shared noise that were tried until so many paths met their targets.
  public var draws: Int
  public var rows: [Row]
  /// Targets of the scenario that this market has nothing for, with the reason.
  public var notApplicable: [String]
  public var plausibility: Plausibility
}

extension ScenarioTargets {
  /// A target with what may be missed of it.
  struct Item {
    var quantity: String
    var target: Double
    var tolerance: Double
    /// Of a path's statistics.
    var value: (ScenarioStatistics) -> Double
  }

  /// Volatility may miss its target by a tenth of it, drawdown and return by two points or a
  /// twentieth, correlation by 0.05, volume by a twentieth.
  var items: [Item] {
    var items = volatilities.enumerated().map { index, target in
      Item(
        quantity: volatilities.count > 1 ? "volatility \(index + 1)" : "volatility",
        target: target, tolerance: 0.1 * target, value: { $0.volatilities[index] })
    }
    if let drawdown {
      items.append(
        Item(
          quantity: "drawdown", target: drawdown, tolerance: max(0.02, 0.05 * drawdown),
          value: { $0.drawdown }))
    }
    if let drift {
      items.append(
        Item(
          quantity: "return", target: drift, tolerance: max(0.02, 0.05 * abs(drift)),
          value: { $0.drift }))
    }
    if let correlation {
      items.append(
        Item(
          quantity: "correlation", target: correlation, tolerance: 0.05, value: { $0.correlation }))
    }
    if let volume {
      items.append(
        Item(
          quantity: "volume", target: volume, tolerance: 0.05 * volume, value: { $0.volume }))
    }
    return items
  }
}

extension ScenarioStatistics {
  /// The worst miss in units of its tolerance, 1 on its edge; infinite where a quantity is undefined.
  func badness(_ items: [ScenarioTargets.Item]) -> Double {
    items.map { item in
      let miss = abs(item.value(self) - item.target) / item.tolerance
      return miss.isNaN ? .infinity : miss
    }.max() ?? 0
  }
}

/// A scenario that no path of the generator came near enough to.
public struct ScenarioError: UserFacingError, Equatable {
  public struct Miss: Sendable, Equatable {
    public var quantity: String
    public var target: Double
    public var nearest: Double
  }

  public var scenario: String
  public var severity: Double
  public var generator: String
  public var draws: Int
  public var found: Int
  public var wanted: Int
  /// Of the draw that came nearest.
  public var misses: [Miss]

  public var description: String {
    let list = misses.map {
      "\($0.quantity) \(Self.number($0.target)) (nearest \(Self.number($0.nearest)))"
    }
    return "scenario '\(scenario)' at severity \(Self.number(severity)) is out of reach of "
      + "'\(generator)': \(found) of \(wanted) paths after \(draws) draws; missed "
      + list.joined(separator: ", ")
      + "; nothing was written. Try a lower severity, or another generator"
  }

  private static func number(_ value: Double) -> String {
    let scaled = (value * 1000).rounded() / 1000
    return "\(scaled)"
  }
}
