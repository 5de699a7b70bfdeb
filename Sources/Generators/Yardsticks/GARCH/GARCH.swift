import Datasets
import Market
import Torch

/// GJR-GARCH(1,1) with Student's t for a market factor and for each asset's residual, by maximum
/// likelihood (Bollerslev, 1986 and 1987; Glosten, Jagannathan & Runkle, 1993).
///
/// The market is the mean log return over assets; an asset's return is α + β × market + residual, α
/// and β by least squares. With normal innovations and without leverage it is the GARCH(1,1) that
/// papers compare generators with. A handful of parameters an asset: what a network has to beat.
enum GARCH: MarketGenerator {
  enum Innovations: String, SpecChoice {
    case studentT = "student_t"
    case normal
  }

  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Whether falls raise volatility by another amount than rises (γ).
    var leverage = true
    var innovations = Innovations.studentT
    /// Days made and thrown away before the first, so that less depends on the last training day.
    var burnIn = 0
  }

  static let id = "garch"
  static let summary = "GJR-GARCH(1,1)-t for the market and for each asset's residual"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 2

  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError) {
    guard (0...100_000).contains(hyperparameters.burnIn) else {
      throw .invalid(
        key: "garch.burnIn", value: "\(hyperparameters.burnIn)", accepted: "0 to 100000 days")
    }
  }

  static func fit(
    _ market: TrainingMarket, _ hyperparameters: Hyperparameters, in context: GeneratorContext
  ) throws -> any FittedGenerator {
    let parts = try GARCHParts(market, hyperparameters, progress: context.progress)
    return FittedGARCH(
      market: FittedMarket(market), hyperparameters: hyperparameters, parts: parts)
  }

  static func restore(
    _ parameters: StoredParameters, of market: FittedMarket, _ hyperparameters: Hyperparameters,
    on _: Device
  ) throws -> any FittedGenerator {
    FittedGARCH(
      market: market, hyperparameters: hyperparameters,
      parts: try GARCHParts(parameters, of: market, hyperparameters))
  }
}
