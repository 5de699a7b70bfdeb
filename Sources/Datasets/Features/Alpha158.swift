import Market

/// Qlib's Alpha158: the day's candle, its prices, and what became of price and volume lately.
///
/// Definitions and order: `Alpha158DL.get_feature_config()` in qlib/contrib/data/loader.py with its
/// defaults. Windows are 5, 10, 20, 30 and 60 dates, as short as the history is from its first
/// observation on, and pass over missing values; a feature is NaN where fewer values than it needs are
/// there. Where the panel has no `vwap`, (high + low + close) / 3 stands for it.
public enum Alpha158: FeatureSet {
  /// There is nothing to choose.
  public struct Options: Codable, Sendable, Equatable {
    public init() {}
  }

  public static let id = "alpha158"
  public static let summary = "Qlib's Alpha158: candles, trend, range, rank, volume over 5 windows"
  public static let requiredFields = DailyBars.fields
  public static let defaults = Options()
  public static let revision = 1

  public static let columns =
    [AlphaGroup.candle, .prices].flatMap(\.columns)
    + [
      "ROC", "MA", "STD", "BETA", "RSQR", "RESI", "MAX", "MIN", "QTLU", "QTLD", "RANK", "RSV",
      "IMAX", "IMIN", "IMXD", "CORR", "CORD", "CNTP", "CNTN", "CNTD", "SUMP", "SUMN", "SUMD", "VMA",
      "VSTD", "WVMA", "VSUMP", "VSUMN", "VSUMD",
    ].flatMap { name in AlphaGroup.windows.map { "\(name)\($0)" } }

  private static let selection = AlphaSelection(of: columns)

  /// - Complexity: O(dates · assets) in time, on one thread; 632 bytes for each date and asset.
  public static func compute(_ panel: Panel, _: Options) throws -> FeaturePanel {
    try selection.compute(panel, for: "the feature set '\(id)'")
  }
}
