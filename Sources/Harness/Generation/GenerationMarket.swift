import Datasets
import Foundation
import Generators
import Market

/// The market of a generation, cut to its dates, without assets that have too few returns to learn from.
struct GenerationMarket {
  let market: TrainingMarket
  /// Names of the assets that were left out.
  let leftOut: [String]
  let learnt: LearntFrom

  /// - Throws: `UserFacingError` where the market cannot be read or is too short.
  init(_ spec: GenerationSpec) throws {
    let dataset = try DatasetReference(name: spec.dataset).load()
    let panel =
      try spec.dates.map {
        try dataset.panel.dates(in: DateSpan($0, named: "dates"))
      } ?? dataset.panel
    let training = 0..<max(0, panel.dates - Int(Double(panel.dates) * spec.watched))
    let kept = try panel.assets(
      withReturnsOn: Array(training), atLeast: Generation.fewestReturns)
    market = try TrainingMarket(
      whole: kept.count < panel.assets ? panel.assets(at: kept) : panel,
      validationFraction: spec.watched)
    let known = Set(kept)
    leftOut = panel.universe.assets.indices.filter { !known.contains($0) }
      .map { panel.universe.assets[$0] }
    learnt = LearntFrom(
      dataset: spec.dataset, title: dataset.title,
      parentSHA256: try PanelFile.contentSHA256(of: panel), dates: spec.dates,
      watched: spec.watched)
  }

  /// All stretches, those that were only watched too.
  var history: [MarketMoves] { (market.stretches + market.validation).map(\.moves) }
}

extension LearntFrom {
  /// - Throws: `SpecError` where a stored generator learnt from another market, or from other dates of it.
  func requireSame(_ given: LearntFrom, for file: String) throws(SpecError) {
    guard parentSHA256 != given.parentSHA256 else { return }
    throw .invalid(
      key: "--from", value: given.description,
      accepted: "the market that \(file) was fitted to: \(description)")
  }
}
