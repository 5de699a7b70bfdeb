import Market

/// What an asset's volumes are measured against: their median over the dates learnt from.
///
/// One number an asset. Against a trailing median, each sampled day would move the level of those after it,
/// so that even a bootstrap's volumes wander off and lose what they have to do with volatility.
enum UsualVolume {
  /// Fewer known volumes have no median.
  static let fewest = 5

  /// One an asset; NaN where fewer than 5 volumes of these dates are known, all where there is no volume.
  static func medians(of panel: Panel, dates: some Collection<Int>) -> [Double] {
    guard let field = panel.fields.firstIndex(of: "volume") else {
      return Array(repeating: .nan, count: panel.assets)
    }
    return (0..<panel.assets).map { asset in
      let known = dates.map { Double(panel[$0, asset, field]) }.filter { $0 > 0 && $0.isFinite }
      guard known.count >= fewest else { return .nan }
      let sorted = known.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }
}
