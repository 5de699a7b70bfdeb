import Datasets
import Market

/// A generator whose every sampled day is a training day, all assets together: it says which, and has the rest
/// from here.
protocol DayRepeater: FittedGenerator {
  /// By which errors name it.
  static var id: String { get }
  var days: ObservedDays { get }

  /// The training day that each sampled day repeats: (stretch, row), `request.days` of them.
  func sourceDays(_ request: SampleRequest, path: Int) -> [(stretch: Int, row: Int)]
}

extension DayRepeater {
  var market: FittedMarket { days.market }

  func parameters() throws -> StoredParameters { days.parameters() }

  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    try request.validate()
    guard request.assets == .fitted else { throw GeneratorError.newAssets(generator: Self.id) }
    let width = market.universe.count * market.components.count
    var values: [Float] = []
    values.reserveCapacity(request.days * width)
    for day in sourceDays(request, path: path) {
      values += days.stretches[day.stretch].values[day.row * width..<(day.row + 1) * width]
    }
    return MarketMoves(
      dates: request.days, assets: market.universe.count, components: market.components,
      values: values)
  }
}
