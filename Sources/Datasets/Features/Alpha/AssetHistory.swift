import Foundation

/// One asset's bars, and the series made of them that windows run over; each made once, when needed.
///
/// What has no window is in single precision, as in Qlib; see Elementwise.swift.
final class AssetHistory {
  let bars: DailyBars

  init(of bars: DailyBars) { self.bars = bars }

  /// Where the asset's history begins: the first position with any observation.
  ///
  /// The number of positions where there is none.
  private(set) lazy var start: Int = {
    let fields = [bars.open, bars.high, bars.low, bars.close, bars.volume]
    return fields.compactMap { $0.firstIndex { !$0.isNaN } }.min() ?? bars.close.count
  }()

  private(set) lazy var closes = finite(bars.close)
  private(set) lazy var volumes = finite(bars.volume)
  private(set) lazy var logVolumes = finite(bars.volume.map { log($0 + 1) })

  /// Today's close over yesterday's.
  private(set) lazy var closeRatio = combined(bars.close, lagged(bars.close, by: 1), /)
  private(set) lazy var closeRatios = finite(closeRatio)
  private(set) lazy var logVolumeRatios = finite(
    combined(bars.volume, lagged(bars.volume, by: 1)) { log($0 / $1 + 1) })

  /// The relative change of the close, whatever its sign, times the volume.
  private(set) lazy var turnover = finite(
    combined(closeRatio, bars.volume) { abs($0 - 1) * $1 })

  private(set) lazy var closeChanges = finite(
    combined(bars.close, lagged(bars.close, by: 1), -))
  private(set) lazy var volumeChanges = finite(
    combined(bars.volume, lagged(bars.volume, by: 1), -))

  /// What windowed statistics of volume are divided by.
  private(set) lazy var volumeDivisor = bars.volume.map { $0 + 1e-12 }
}
