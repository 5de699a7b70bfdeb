/// Everything that the two-sided metrics need of one market, real or synthetic.
///
/// Summaries are taken once and compared many times, which is what makes the floors affordable.
struct MarketSummary: Sendable {
  /// How two markets are compared: the same for both, and for the resamples of the floor.
  struct Plan: Sendable {
    let settings: FidelitySettings
    let lags: Int
    /// Whether assets are compared one by one; else their returns are pooled.
    let isMatched: Bool
    /// Assets of the correlation matrix, equally many on both sides.
    let crossSectionAssets: Int
  }

  let isMatched: Bool
  let series: [SeriesSummary]
  /// `nil` for fewer than two assets.
  let crossSection: CrossSection?
  let windows: WindowFeatures

  init(_ market: ReturnPaths, plan: Plan) {
    let settings = plan.settings
    let assets = Self.seriesAssets(of: market, settings)
    let perPath = market.dates * assets.count
    let paths = evenlySpread(
      min(market.paths, max(1, settings.maximumValues / perPath)), of: market.paths)
    let all = assets.map { asset in paths.map { (path: $0, asset: asset) } }
    let members = plan.isMatched ? all : [all.flatMap { $0 }]
    isMatched = plan.isMatched
    series = members.map {
      SeriesSummary(market, members: $0, settings: settings, lags: plan.lags)
    }
    crossSection = CrossSection(
      market, assets: evenlySpread(plan.crossSectionAssets, of: market.assets),
      paths: evenlySpread(min(settings.crossSectionPaths, market.paths), of: market.paths))
    windows = WindowFeatures(
      market, assets: assets, length: settings.windowLength, limit: settings.windows)
  }

  /// The assets whose series are looked at.
  static func seriesAssets(of market: ReturnPaths, _ settings: FidelitySettings) -> [Int] {
    evenlySpread(min(settings.seriesAssets, market.assets), of: market.assets)
  }
}
