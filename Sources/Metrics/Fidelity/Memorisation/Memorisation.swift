/// Whether synthetic data repeat what the generator was trained on.
///
/// Resembling the real market is easy for who copies it: a block bootstrap beats every model on every
/// curve. What gives it away is that its windows lie closer to the training data than other real
/// windows do.
public struct Memorisation: Sendable, Equatable {
  /// Where the real windows came from that the generator cannot have copied.
  public enum Reference: String, Codable, Sendable {
    /// Real dates that were not used for training.
    case heldOut = "held_out"
    /// The training data themselves; each window against those that share no day with it.
    case leaveOneOut = "leave_one_out"
  }

  public let reference: Reference
  /// Distances of synthetic windows to the nearest of the training data, sorted.
  public let synthetic: [Float]
  /// The same of real windows.
  public let real: [Float]
  public let copied: CopiedRuns
  /// How often real data repeat themselves.
  public let realCopied: CopiedRuns

  /// Compares with what the generator was fitted to, one path.
  ///
  /// Held-out data are real and on other dates, one path; without them the training data stand in.
  init(
    synthetic market: ReturnPaths, training: ReturnPaths, heldOut: ReturnPaths?,
    settings: FidelitySettings
  ) {
    let length = settings.windowLength
    func assets(_ market: ReturnPaths) -> [Int] { MarketSummary.seriesAssets(of: market, settings) }
    // As many assets as keep the search within its limit: every offset of theirs is looked at.
    let perAsset = max(1, training.dates - length + 1)
    let available = assets(training)
    let searched = evenlySpread(
      min(available.count, max(1, settings.trainingWindows / perAsset)), of: available.count
    ).map { available[$0] }
    // The same assets of a market of the same names; else copies may stand anywhere.
    let compared = market.hasSameAssets(as: training) ? searched : assets(market)
    let known = NormalisedWindows(training, assets: searched, length: length)
    func distances(_ market: ReturnPaths, _ assets: [Int], apart: Int = 0) -> [Float] {
      NormalisedWindows(market, assets: assets, length: length, limit: settings.windows)
        .distances(toNearestOf: known, apart: apart).sorted()
    }
    func copies(_ market: ReturnPaths, _ assets: [Int], apart: Int = 0) -> CopiedRuns {
      CopiedRuns(
        of: market, assets: assets, in: training, sourceAssets: searched,
        minimum: settings.copiedRunLength, tolerance: settings.copyTolerance, apart: apart)
    }
    synthetic = distances(market, compared)
    copied = copies(market, compared)
    if let heldOut {
      let others = heldOut.hasSameAssets(as: training) ? searched : assets(heldOut)
      reference = .heldOut
      real = distances(heldOut, others)
      realCopied = copies(heldOut, others)
    } else {
      reference = .leaveOneOut
      real = distances(training, searched, apart: length)
      realCopied = copies(training, searched, apart: length)
    }
  }

  /// Median synthetic over median real distance: 1 for new data from the same market, less for copies.
  public var medianRatio: Double? {
    guard let one = quantile(0.5, of: synthetic), let other = quantile(0.5, of: real), other > 0
    else { return nil }
    return one / other
  }

  /// Share of synthetic windows closer than all but 1 % of the real ones: 0.01 for new data.
  public var shareSuspiciouslyNear: Double? {
    guard let bound = quantile(0.01, of: real), !synthetic.isEmpty else { return nil }
    return Double(synthetic.count { Double($0) < bound }) / Double(synthetic.count)
  }

  private func quantile(_ share: Double, of sorted: [Float]) -> Double? {
    sorted.isEmpty ? nil : Interval.quantile(share, ofSorted: sorted)
  }
}

extension FidelityMetric {
  static let nearestWindowRatio = FidelityMetric(
    id: "nearest_window_ratio", title: "Nearest training window",
    summary: "median distance of synthetic windows to the nearest training window, over that of "
      + "other real windows",
    unit: .ratio, better: .floor
  ) { ($0.medianRatio, 1) }

  static let suspiciouslyNear = FidelityMetric(
    id: "suspiciously_near", title: "Suspiciously near windows",
    summary: "share of synthetic windows nearer to the training data than 99 % of real ones",
    unit: .fraction, better: .lower
  ) { ($0.shareSuspiciouslyNear, $0.real.isEmpty ? nil : 0.01) }

  static let copiedShare = FidelityMetric(
    id: "copied_share", title: "Copied days",
    summary: "share of synthetic days in runs that stand in the training data, return for return",
    unit: .fraction, better: .lower
  ) { ($0.copied.share, $0.realCopied.share) }

  static let longestCopy = FidelityMetric(
    id: "longest_copy", title: "Longest copied run",
    summary: "days of the longest such run", unit: .days, better: .lower
  ) { (Double($0.copied.longest), Double($0.realCopied.longest)) }
}
