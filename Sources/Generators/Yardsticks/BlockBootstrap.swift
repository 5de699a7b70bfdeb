import Datasets
import Market
import Torch

/// The stationary bootstrap of dates (Politis & Romano, 1994): blocks of consecutive training days,
/// all assets together, of geometric length.
///
/// It keeps what the order of nearby days carries, volatility clustering included, as far as blocks
/// reach, and makes nothing that was not there. With long blocks it repeats history, so that a
/// generator is to be compared with it together with a measure of novelty.
enum BlockBootstrap: MarketGenerator {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Mean length of a block in days: after each day the block ends with probability 1 / this.
    var meanBlock = 20.0
  }

  static let id = "block_bootstrap"
  static let summary =
    "stationary bootstrap: blocks of consecutive training days, all assets together"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 2

  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError) {
    guard (1...100_000).contains(hyperparameters.meanBlock) else {
      throw .invalid(
        key: "block_bootstrap.meanBlock", value: "\(hyperparameters.meanBlock)",
        accepted: "1 to 100000 days")
    }
  }

  static func fit(
    _ market: TrainingMarket, _ hyperparameters: Hyperparameters, in _: GeneratorContext
  ) throws -> any FittedGenerator {
    FittedBlockBootstrap(days: try ObservedDays(market), meanBlock: hyperparameters.meanBlock)
  }

  static func restore(
    _ parameters: StoredParameters, of market: FittedMarket, _ hyperparameters: Hyperparameters,
    on _: Device
  ) throws -> any FittedGenerator {
    FittedBlockBootstrap(
      days: try ObservedDays(parameters, of: market, for: id),
      meanBlock: hyperparameters.meanBlock)
  }
}

/// A block begins on the day whose market return has the rank of the shared normal of that date, so
/// that a tilt chooses among blocks; whether a block ends is drawn from the path's own stream.
///
/// A block also ends with its stretch. Nothing is wrapped around, unlike in the paper: the day
/// after the last of a stretch is unknown, and its first day is not it.
struct FittedBlockBootstrap: DayRepeater {
  static let id = BlockBootstrap.id
  let days: ObservedDays
  private let meanBlock: Double
  /// (stretch, row), from the worst market return to the best.
  private let starts: [(stretch: Int, row: Int)]

  init(days: ObservedDays, meanBlock: Double) {
    (self.days, self.meanBlock, starts) = (days, meanBlock, days.byMarketReturn())
  }

  var notes: [String: Double] { ["days": Double(starts.count)] }

  func sourceDays(_ request: SampleRequest, path: Int) -> [(stretch: Int, row: Int)] {
    var ends = request.seeds(path: path).stream("blocks")
    var days: [(stretch: Int, row: Int)] = []
    days.reserveCapacity(request.days)
    for normal in request.sharedNoise(path: path, width: 1) {
      // Drawn on every date, needed or not: what one block does shifts no later draw.
      let isOver = ends.uniform() < 1 / meanBlock
      if let last = days.last, !isOver, last.row + 1 < self.days.stretches[last.stretch].dates {
        days.append((last.stretch, last.row + 1))
      } else {
        days.append(starts[normalRank(normal, among: starts.count)])
      }
    }
    return days
  }
}
