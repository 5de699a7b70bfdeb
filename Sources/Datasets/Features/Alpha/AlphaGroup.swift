/// Columns of Alpha158 that one pass over an asset's history gives.
struct AlphaGroup: Sendable {
  let columns: [String]
  /// A series for each column, in their order.
  let series: @Sendable (AssetHistory) -> [[Float]]

  /// Dates a window holds, today's included.
  static let windows = [5, 10, 20, 30, 60]

  static let all: [AlphaGroup] =
    [candle, prices]
    + windows.flatMap { window in
      [
        pastClose(window), moments(window), trend(window), range(window), order(window),
        correlation(window), changeCorrelation(window), counts(window), closeChanges(window),
        volumeMoments(window), turnover(window), volumeChanges(window),
      ]
    }
}
