import Datasets
import Foundation
import Market
import Torch

/// The iid bootstrap of dates (Efron, 1979): each sampled day is a training day, drawn with
/// replacement, all assets together.
///
/// It keeps every distribution of single days, correlations among assets included, and nothing that
/// needs an order: no volatility clustering, no leverage effect. A generator that is not better
/// where order matters has learnt nothing of it.
enum Shuffle: MarketGenerator {
  struct Hyperparameters: Codable, Sendable, Equatable {}

  static let id = "shuffle"
  static let summary = "iid bootstrap: training days in random order, all assets together"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 2

  static func fit(
    _ market: TrainingMarket, _: Hyperparameters, in _: GeneratorContext
  ) throws -> any FittedGenerator {
    FittedShuffle(days: try ObservedDays(market))
  }

  static func restore(
    _ parameters: StoredParameters, of market: FittedMarket, _: Hyperparameters, on _: Device
  ) throws -> any FittedGenerator {
    FittedShuffle(days: try ObservedDays(parameters, of: market, for: id))
  }
}

/// Days in the order of their market return: a day is drawn by where a shared normal falls in its
/// own distribution, so that a tilt towards negative noise draws days of falling prices more often.
struct FittedShuffle: DayRepeater {
  static let id = Shuffle.id
  let days: ObservedDays
  /// (stretch, row), from the worst market return to the best.
  private let ordered: [(stretch: Int, row: Int)]

  init(days: ObservedDays) { (self.days, ordered) = (days, days.byMarketReturn()) }

  var notes: [String: Double] { ["days": Double(ordered.count)] }

  func sourceDays(_ request: SampleRequest, path: Int) -> [(stretch: Int, row: Int)] {
    request.sharedNoise(path: path, width: 1).map { ordered[normalRank($0, among: ordered.count)] }
  }
}
