import Foundation
import Market

/// How far a path lies from what the market has done: Mahalanobis distances of its months.
///
/// Each window of 20 dates is described by the market's log return, ln of its volatility, Fisher's z of the
/// mean correlation, and ln of the mean absolute deviation of assets from the market. The history's windows
/// give mean and covariance, the latter shrunk by a tenth towards its diagonal, since windows
/// overlap and are few. Where history or path has one asset, or no two with returns on the same dates, the first two
/// numbers are all there is.
public struct Plausibility: Codable, Sendable, Equatable {
  static let days = 20

  /// Of the strangest window, the middle path.
  public var distance: Double
  /// Of the history's own strangest window.
  public var farthestInHistory: Double
  /// Share of the history's windows that lie at least as far: 0 says it has seen nothing like it.
  public var shareAsFar: Double
}

struct PlausibilityMeasure {
  private let ellipsoid: Ellipsoid
  /// Of the history's windows.
  private let distances: [Double]

  /// - Throws: `GeneratorError.tooShort` where no stretch has 20 returns.
  init(_ history: [MarketMoves]) throws(GeneratorError) {
    let all = history.flatMap { Self.points($0) }
    let widest = all.map(\.count).max() ?? 0
    let points = all.filter { $0.count == widest }
    guard !points.isEmpty else {
      throw .tooShort(
        longest: max(0, (history.map(\.dates).max() ?? 0) - 1), needed: Plausibility.days,
        for: "judging how plausible a scenario is")
    }
    let ellipsoid = Ellipsoid(points, shrinkage: 0.1)
    self.ellipsoid = ellipsoid
    distances = points.map { ellipsoid.distance($0) }
  }

  /// The strangest window of each path, and what the middle one of those says.
  func callAsFunction(_ paths: [MarketMoves]) -> Plausibility {
    let strangest = paths.map { Self.points($0).map(ellipsoid.distance).max() ?? 0 }.sorted()
    let middle = strangest.isEmpty ? 0 : strangest[strangest.count / 2]
    return Plausibility(
      distance: middle, farthestInHistory: distances.max() ?? 0,
      shareAsFar: Double(distances.count { $0 >= middle }) / Double(max(1, distances.count)))
  }

  private static func points(_ moves: MarketMoves) -> [[Double]] {
    guard let index = moves.components.firstIndex(of: .logReturn) else { return [] }
    let market = moves.marketReturns
    let first = market.firstIndex { !$0.isNaN } ?? moves.dates
    // A path shorter than a window is one window.
    let length = min(Plausibility.days, moves.dates - first)
    guard length >= 5 else { return [] }
    return stride(from: first, through: moves.dates - length, by: max(1, length / 4)).map { start in
      let window = moves.rows(start..<start + length)
      let returns = market[start..<start + length].map { $0.isNaN ? 0 : $0 }
      var (spread, count) = (0.0, 0)
      for date in 0..<length {
        for asset in 0..<moves.assets {
          let value = Double(window[date, asset, index])
          if !value.isNaN { (spread, count) = (spread + abs(value - returns[date]), count + 1) }
        }
      }
      let deviation = ScenarioStatistics.deviation(returns)
      let point = [
        returns.reduce(0, +) * Double(Plausibility.days) / Double(length), log(deviation + 1e-6),
      ]
      let correlation = ScenarioStatistics.meanCorrelation(window)
      guard correlation.isFinite else { return point }
      return point + [
        atanh(min(0.999, max(-0.999, correlation))),
        log(spread / Double(max(1, count)) + 1e-6),
      ]
    }
  }
}
