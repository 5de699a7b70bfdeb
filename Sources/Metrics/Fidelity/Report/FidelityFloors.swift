import Market

/// What a perfect generator would score, given that only one finite history is there to compare with.
///
/// The real market is resampled in blocks. Some resamples play the generator's paths, as many and as long as those
/// that are judged; others play the real market, each once. All have one law, so no generator could do better on
/// average; what distance is left is noise, of both sides. Dependence that reaches further than a block, and
/// change of the market over the years, is missing from the floors.
struct FidelityFloors: Sendable {
  /// Both sides of each replicate.
  private let sides: [(market: MarketSummary, generator: MarketSummary)]

  /// How many times as long as the market all paths together must be for their own noise to be small
  /// beside the market's: one set of paths then plays the generator in every replicate.
  static let longTogether = 8
  /// Paths beyond so many times the market's length are not needed.
  static let longest = 20

  /// Of a generator that is asked for `paths` paths of `dates` dates.
  ///
  /// - Complexity: two summaries for each replicate of the settings, or half of them where paths are long together.
  init(
    _ real: ReturnPaths, paths: Int, dates: Int, plan: MarketSummary.Plan,
    bootstrap: StationaryBootstrap, seeds: SeedTree
  ) {
    let needed = (Self.longest * real.dates + dates - 1) / max(1, dates)
    let paths = min(paths, max(1, needed))
    let isShared = paths * dates >= Self.longTogether * real.dates
    func generator(_ seeds: SeedTree) -> MarketSummary {
      MarketSummary(
        bootstrap.resample(real, paths: paths, dates: dates, seeds: seeds), plan: plan)
    }
    let count = plan.settings.floorReplicates
    let shared = isShared && count > 0 ? generator(seeds.subtree("generator")) : nil
    sides = (0..<count).map { replicate in
      (
        MarketSummary(
          bootstrap.resample(
            real, paths: 1, dates: real.dates, seeds: seeds.subtree("market", "\(replicate)")),
          plan: plan), shared ?? generator(seeds.subtree("generator", "\(replicate)"))
      )
    }
  }

  /// The score of each replicate on which it is defined.
  func draws(of score: (MarketSummary, MarketSummary) -> Double?) -> [Double] {
    sides.compactMap { score($0.market, $0.generator) }.filter(\.isFinite)
  }
}
