import Market

/// What a perfect generator would score, given that only one finite history is there to compare with.
///
/// The real market is resampled in blocks. Some resamples play the generator's paths; each of the
/// others plays the real market once. All have one law, so no generator could do better on average;
/// what distance is left is noise. Dependence that reaches further than a block, and change of the
/// market over the years, is missing from the floors.
struct FidelityFloors: Sendable {
  private let generator: MarketSummary?
  private let markets: [MarketSummary]

  /// - Complexity: two summaries for each replicate of the settings.
  init(
    _ real: ReturnPaths, plan: MarketSummary.Plan, bootstrap: StationaryBootstrap, seeds: SeedTree
  ) {
    let count = plan.settings.floorReplicates
    guard count > 0 else {
      (generator, markets) = (nil, [])
      return
    }
    generator = MarketSummary(
      bootstrap.resample(real, paths: count, seeds: seeds.subtree("generator")), plan: plan)
    markets = (0..<count).map {
      MarketSummary(
        bootstrap.resample(real, paths: 1, seeds: seeds.subtree("market", "\($0)")), plan: plan)
    }
  }

  /// The score of each stand-in for the real market on which it is defined.
  func draws(of score: (MarketSummary, MarketSummary) -> Double?) -> [Double] {
    guard let generator else { return [] }
    return markets.compactMap { score($0, generator) }.filter(\.isFinite)
  }
}
