import Generators
import Market

/// Which dates of a market are calm, normal or in stress, for reading results by.
///
/// A date's regime follows from the market's last 20 returns and its fall over 250 dates, up to the date
/// itself (`RegimeThresholds`). The thresholds are percentiles of the whole panel: nothing is trained on
/// them, they only sort test dates.
public struct MarketRegimes: Codable, Sendable, Equatable {
  public let thresholds: RegimeThresholds
  /// One a date of the panel; `nil` before 20 returns.
  public let byDate: [MarketCondition.Regime?]

  /// `nil` for a market too short to tell.
  public init?(of panel: Panel) {
    // Closes alone: no other component of the moves is asked for.
    guard let closes = try? panel.series(of: "close", for: "the market's regimes"),
      let prices = try? Panel(
        calendar: panel.calendar, universe: panel.universe, fields: ["close"], values: closes),
      let moves = try? MarketMoves(of: prices, dates: 0..<panel.dates)
    else { return nil }
    self.init(returns: moves.marketReturns)
  }

  /// From the market's daily log returns, NaN where unknown.
  init?(returns: [Double]) {
    guard let thresholds = try? RegimeThresholds(of: [returns]) else { return nil }
    self.thresholds = thresholds
    byDate = thresholds.conditions(of: returns).map { $0?.regime }
  }

  /// Stretches of dates in one regime, as positions in the panel.
  func stretches(of regime: MarketCondition.Regime) -> [Range<Int>] {
    var stretches: [Range<Int>] = []
    for (date, found) in byDate.enumerated() where found == regime {
      if let last = stretches.last, last.upperBound == date {
        stretches[stretches.count - 1] = last.lowerBound..<date + 1
      } else {
        stretches.append(date..<date + 1)
      }
    }
    return stretches
  }
}
