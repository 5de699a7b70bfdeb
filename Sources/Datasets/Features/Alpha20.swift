import Market

/// The 20 features that Qlib's recurrent models use of its Alpha158, by the same code.
///
/// Selection: qlib/examples/benchmarks/LSTM/workflow_config_lstm_Alpha158.yaml. No volume-weighted
/// price is needed.
public enum Alpha20: FeatureSet {
  /// There is nothing to choose.
  public struct Options: Codable, Sendable, Equatable {
    public init() {}
  }

  public static let id = "alpha20"
  public static let summary = "20 of Qlib's Alpha158: trend, volatility, price and volume together"
  public static let requiredFields = DailyBars.fields
  public static let defaults = Options()
  public static let revision = 1

  public static let columns = [
    "RESI5", "WVMA5", "RSQR5", "KLEN", "RSQR10", "CORR5", "CORD5", "CORR10", "ROC60", "RESI10",
    "VSTD5", "RSQR60", "CORR60", "WVMA60", "STD5", "RSQR20", "CORD60", "CORD10", "CORR20", "KLOW",
  ]

  private static let selection = AlphaSelection(of: columns)

  /// - Complexity: O(dates · assets) in time, on one thread.
  public static func compute(_ panel: Panel, _: Options) throws -> FeaturePanel {
    try selection.compute(panel, for: "the feature set '\(id)'")
  }
}
