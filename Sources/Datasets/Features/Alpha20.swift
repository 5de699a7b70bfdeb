import Foundation
import Market

/// The 20 features that Qlib's recurrent models use of its Alpha158.
///
/// Selection: qlib/examples/benchmarks/LSTM/workflow_config_lstm_Alpha158.yaml; definitions:
/// `Alpha158DL` in qlib/contrib/data/loader.py, under the same names. No volume-weighted price is
/// needed. Windows are as short as the history is, from one date on, and pass over missing values;
/// a feature is NaN where fewer values than it needs are there.
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

  /// - Complexity: O(dates · assets); on one thread.
  public static func compute(_ panel: Panel, _: Options) throws -> FeaturePanel {
    try .byAsset(of: panel, columns: columns, for: "the feature set '\(id)'", compute: series)
  }

  static func series(of bars: DailyBars) -> [[Float]] {
    let closes = finite(bars.close)
    let (trend5, trend10) = (
      RollingTrend(of: closes, window: 5), RollingTrend(of: closes, window: 10)
    )
    let (trend20, trend60) = (
      RollingTrend(of: closes, window: 20), RollingTrend(of: closes, window: 60)
    )

    let logVolume = finite(bars.volume.map { log($0 + 1) })
    func corr(_ window: Int) -> [Float] {
      rollingCorrelation(closes, logVolume, window: window).map(Float.init)
    }

    let priceRatio = combined(bars.close, lagged(bars.close, by: 1), /)
    let volumeRatio = combined(bars.volume, lagged(bars.volume, by: 1), /)
    let changes = finite(priceRatio)
    let logVolumeChange = finite(volumeRatio.map { log($0 + 1) })
    func cord(_ window: Int) -> [Float] {
      rollingCorrelation(changes, logVolumeChange, window: window).map(Float.init)
    }

    let turnover = finite(combined(priceRatio, bars.volume) { abs($0 - 1) * $1 })
    func wvma(_ window: Int) -> [Float] {
      let moments = RollingMoments(of: turnover, window: window)
      return zip(moments.deviation, moments.mean).map { Float($0 / ($1 + 1e-12)) }
    }

    let vstd5 = quotient(
      RollingMoments(of: finite(bars.volume), window: 5).deviation, bars.volume.map { $0 + 1e-12 })
    let std5 = quotient(RollingMoments(of: closes, window: 5).deviation, bars.close)
    let klen = combined(combined(bars.high, bars.low, -), bars.open, /)
    let body = combined(bars.open, bars.close) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    let klow = combined(combined(body, bars.low, -), bars.open, /)
    let roc60 = combined(lagged(bars.close, by: 60), bars.close, /)

    return [
      quotient(trend5.residual, bars.close), wvma(5), trend5.rSquared.map(Float.init), klen,
      trend10.rSquared.map(Float.init), corr(5), cord(5), corr(10), roc60,
      quotient(trend10.residual, bars.close), vstd5, trend60.rSquared.map(Float.init), corr(60),
      wvma(60), std5, trend20.rSquared.map(Float.init), cord(60), cord(10), corr(20), klow,
    ]
  }
}
