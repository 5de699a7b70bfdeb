import Market

/// Daily log returns of a market, real (one path) or synthetic (many): paths × dates × assets.
///
/// A missing observation is NaN. Log volumes, where there are any, have the same shape.
public struct ReturnPaths: Sendable {
  public let paths: Int
  public let dates: Int
  public let assets: Int
  /// Asset names; `nil` where assets are known by position alone.
  public let names: [String]?
  /// Path × asset × date, so that every series is contiguous.
  let returns: [Float]
  let logVolumes: [Float]?

  /// Takes log returns, and natural logarithms of volume, in the order path, date, asset.
  ///
  /// - Throws: `FidelityError` where sizes disagree, nothing is given or a value is infinite.
  public init(
    paths: Int, dates: Int, assets: Int, names: [String]? = nil, returns: [Float],
    logVolumes: [Float]? = nil
  ) throws(FidelityError) {
    guard paths > 0, dates > 0, assets > 0 else { throw .empty }
    let expected = paths * dates * assets
    for (what, given) in [("returns", returns), ("log volumes", logVolumes ?? returns)] {
      guard given.count == expected else {
        throw .size(what: what, expected: expected, got: given.count)
      }
      if let place = given.firstIndex(where: \.isInfinite) {
        throw .infinite(
          what: what, path: place / (dates * assets), date: place / assets % dates,
          asset: place % assets)
      }
    }
    if let names, names.count != assets {
      throw .size(what: "asset names", expected: assets, got: names.count)
    }
    func bySeries(_ values: [Float]) -> [Float] {
      guard assets > 1 else { return values }
      return [Float](unsafeUninitializedCapacity: expected) { buffer, count in
        values.withUnsafeBufferPointer { values in
          for path in 0..<paths {
            let start = path * dates * assets
            for date in 0..<dates {
              for asset in 0..<assets {
                buffer[start + asset * dates + date] = values[start + date * assets + asset]
              }
            }
          }
        }
        count = expected
      }
    }
    self.init(
      paths: paths, dates: dates, names: names, bySeries: bySeries(returns),
      volumesBySeries: logVolumes.map(bySeries), assets: assets)
  }

  /// Several paths of one asset, equally long.
  ///
  /// - Throws: `FidelityError` as above.
  public init(_ series: [[Float]]) throws(FidelityError) {
    let dates = series.first?.count ?? 0
    if let other = series.first(where: { $0.count != dates }) {
      throw .size(what: "a path", expected: dates, got: other.count)
    }
    try self.init(paths: series.count, dates: dates, assets: 1, returns: series.flatMap { $0 })
  }

  /// - Precondition: values in the order path, asset, date, finite or NaN.
  init(
    paths: Int, dates: Int, names: [String]?, bySeries: [Float], volumesBySeries: [Float]?,
    assets: Int
  ) {
    (self.paths, self.dates, self.assets, self.names) = (paths, dates, assets, names)
    (returns, logVolumes) = (bySeries, volumesBySeries)
  }

  /// Whether asset *i* here is asset *i* there: equal names, or none and equally many.
  public func hasSameAssets(as other: ReturnPaths) -> Bool {
    assets == other.assets && names == other.names
  }

  /// The returns of one asset on one path, by date.
  func series(path: Int, asset: Int) -> ArraySlice<Float> {
    let start = (path * assets + asset) * dates
    return returns[start..<start + dates]
  }

  /// The log volumes of one asset on one path, by date.
  func volumes(path: Int, asset: Int) -> ArraySlice<Float>? {
    let start = (path * assets + asset) * dates
    return logVolumes?[start..<start + dates]
  }

  /// Fewer paths and assets, those at most `paths` and `assets` that lie evenly spread.
  func sampled(paths pathCount: Int, assets assetCount: Int) -> ReturnPaths {
    guard pathCount < paths || assetCount < assets else { return self }
    let keptPaths = evenlySpread(min(pathCount, paths), of: paths)
    let keptAssets = evenlySpread(min(assetCount, assets), of: assets)
    func kept(_ values: [Float]) -> [Float] {
      var result: [Float] = []
      result.reserveCapacity(keptPaths.count * keptAssets.count * dates)
      for path in keptPaths {
        for asset in keptAssets {
          let start = (path * assets + asset) * dates
          result.append(contentsOf: values[start..<start + dates])
        }
      }
      return result
    }
    return ReturnPaths(
      paths: keptPaths.count, dates: dates,
      names: names.map { names in keptAssets.map { names[$0] } }, bySeries: kept(returns),
      volumesBySeries: logVolumes.map(kept), assets: keptAssets.count)
  }
}

/// `count` of the positions 0 to `total` − 1, increasing and evenly spread; no randomness.
///
/// - Precondition: 0 ≤ count ≤ total.
func evenlySpread(_ count: Int, of total: Int) -> [Int] {
  (0..<count).map { $0 * total / count }
}
