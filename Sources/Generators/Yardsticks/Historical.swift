import Datasets
import Market
import Torch

/// Historical simulation: a path is a stretch of history, day by day as it was.
///
/// It has every property of the market and no novelty at all: the ceiling for measures of
/// resemblance and the floor for measures of memorisation.
enum Historical: MarketGenerator {
  struct Hyperparameters: Codable, Sendable, Equatable {}

  static let id = "historical"
  static let summary = "historical simulation: windows of consecutive training days, unchanged"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 2

  static func fit(
    _ market: TrainingMarket, _: Hyperparameters, in _: GeneratorContext
  ) throws -> any FittedGenerator {
    FittedHistorical(days: try ObservedDays(market))
  }

  static func restore(
    _ parameters: StoredParameters, of market: FittedMarket, _: Hyperparameters, on _: Device
  ) throws -> any FittedGenerator {
    FittedHistorical(days: try ObservedDays(parameters, of: market, for: id))
  }
}

/// A window is drawn by its rank in market return: the sum of its dates' shared normals over
/// √(their number) is a standard normal, and a tilt of its dates moves it.
///
/// Where more days are asked for than the longest stretch has, windows of half that stretch are put
/// one after the other, and the last is cut.
struct FittedHistorical: DayRepeater {
  static let id = Historical.id
  let days: ObservedDays

  var notes: [String: Double] {
    ["days": Double(days.stretches.reduce(0) { $0 + $1.dates }), "longest": Double(longest)]
  }

  private var longest: Int { days.stretches.map(\.dates).max() ?? 0 }

  func sourceDays(_ request: SampleRequest, path: Int) -> [(stretch: Int, row: Int)] {
    let length = request.days <= longest ? request.days : max(1, (longest + 1) / 2)
    let windows = days.windowsByMarketReturn(of: length)
    let noise = request.sharedNoise(path: path, width: 1)
    return stride(from: 0, to: request.days, by: length).flatMap { first in
      let dates = min(length, request.days - first)
      let sum = noise[first..<first + dates].reduce(0, +)
      let window = windows[normalRank(sum / Float(dates).squareRoot(), among: windows.count)]
      return (0..<dates).map { (stretch: window.stretch, row: window.row + $0) }
    }
  }
}
