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
struct FittedHistorical: FittedGenerator {
  private let days: ObservedDays

  init(days: ObservedDays) { self.days = days }

  var market: FittedMarket { days.market }
  var notes: [String: Double] {
    ["days": Double(days.stretches.reduce(0) { $0 + $1.dates }), "longest": Double(longest)]
  }
  func parameters() throws -> StoredParameters { days.parameters() }

  private var longest: Int { days.stretches.map(\.dates).max() ?? 0 }

  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    try request.validate()
    guard request.assets == .fitted else {
      throw GeneratorError.newAssets(generator: Historical.id)
    }
    let length = request.days <= longest ? request.days : max(1, (longest + 1) / 2)
    let windows = days.windowsByMarketReturn(of: length)
    let noise = request.sharedNoise(path: path, width: 1)
    var values: [Float] = []
    values.reserveCapacity(request.days * market.universe.count * market.components.count)
    for first in stride(from: 0, to: request.days, by: length) {
      let dates = min(length, request.days - first)
      let normals = noise[first..<first + dates]
      let normal = normals.reduce(0, +) / Float(dates).squareRoot()
      let window = windows[normalRank(normal, among: windows.count)]
      let moves = days.stretches[window.stretch]
      values.append(contentsOf: moves.rows(window.row..<window.row + dates).values)
    }
    return MarketMoves(
      dates: request.days, assets: market.universe.count, components: market.components,
      values: values)
  }
}
